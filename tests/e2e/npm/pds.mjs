// A real Bluesky PDS with one account, its directory of identities (PLC), and a stand-in for the services that a PDS
// passes requests on to: profiles, direct messages, reports. Says on standard output, in one line of JSON, where all of
// them are.
//
// Run with `node --input-type=module - < pds.mjs` in the directory of node_modules; the directory for the data, whether
// login answers carry a `didDoc`, and the ports come from the environment.

import { createServer } from 'node:http'
import { randomBytes } from 'node:crypto'
import { Database, PlcServer } from '@did-plc/server'
import { PDS, envToCfg, envToSecrets, readEnv } from '@atproto/pds'

const { DATA, DID_DOC, PLC_PORT, PDS_PORT, SERVICES_PORT } = process.env
const secret = () => randomBytes(32).toString('hex')
const services = `http://localhost:${SERVICES_PORT}`
const servicesDid = `did:web:localhost%3A${SERVICES_PORT}`
const didDocument = {
  '@context': ['https://www.w3.org/ns/did/v1'],
  id: servicesDid,
  service: ['bsky_appview', 'bsky_chat', 'atproto_labeler'].map((name) => ({
    id: `#${name}`,
    type: name === 'bsky_chat' ? 'BskyChatService' : 'Service',
    serviceEndpoint: services,
  })),
}
const kept = []

const issuer = (request) => {
  const token = (request.headers.authorization ?? '').split(' ')[1] ?? '..'
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString() || '{}').iss
}

const answers = {
  '/.well-known/did.json': () => didDocument,
  '/kept': () => kept,
  '/xrpc/app.bsky.actor.getProfile': (request) => ({ did: issuer(request), handle: 'alice.test' }),
  '/xrpc/chat.bsky.convo.sendMessage': (request, body) => {
    kept.push({ method: 'sendMessage', from: issuer(request), body })
    const sent = { id: `m${kept.length}`, rev: '1', text: body.message.text, sentAt: new Date().toISOString() }
    return { ...sent, sender: { did: issuer(request) } }
  },
  '/xrpc/com.atproto.moderation.createReport': (request, body) => {
    kept.push({ method: 'createReport', from: issuer(request), body })
    return { ...body, id: kept.length, reportedBy: issuer(request), createdAt: new Date().toISOString() }
  },
}

const stand = createServer((request, response) => {
  const pieces = []
  request.on('data', (piece) => pieces.push(piece))
  request.on('end', () => {
    const answer = answers[request.url.split('?')[0]]
    const body = pieces.length > 0 ? JSON.parse(Buffer.concat(pieces).toString()) : undefined
    const value = answer ? answer(request, body) : { error: 'MethodNotImplemented', message: 'not here' }
    response.writeHead(answer ? 200 : 501, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value))
  })
})
await new Promise((resolve) => stand.listen(Number(SERVICES_PORT), 'localhost', resolve))

const plc = PlcServer.create({ db: Database.mock(), port: Number(PLC_PORT) })
await plc.start()

Object.assign(process.env, {
  PDS_DEV_MODE: 'true',
  PDS_HOSTNAME: 'localhost',
  PDS_DATA_DIRECTORY: DATA,
  PDS_BLOBSTORE_DISK_LOCATION: `${DATA}/blobs`,
  PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: secret(),
  PDS_DPOP_SECRET: secret(),
  PDS_JWT_SECRET: secret(),
  PDS_ADMIN_PASSWORD: secret(),
  PDS_DID_PLC_URL: `http://localhost:${PLC_PORT}`,
  PDS_SERVICE_HANDLE_DOMAINS: '.test',
  PDS_INVITE_REQUIRED: 'false',
  PDS_DISABLE_SSRF_PROTECTION: 'true',
  PDS_RATE_LIMITS_ENABLED: 'false',
  PDS_ENABLE_DID_DOC_WITH_SESSION: DID_DOC,
  PDS_BSKY_APP_VIEW_URL: services,
  PDS_BSKY_APP_VIEW_DID: servicesDid,
  PDS_REPORT_SERVICE_URL: services,
  PDS_REPORT_SERVICE_DID: servicesDid,
  LOG_ENABLED: '0',
})
const environment = readEnv()
const pds = await PDS.create(envToCfg(environment), envToSecrets(environment))
await pds.start()

const origin = `http://localhost:${PDS_PORT}`
const call = async (method, body, token) => {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }
  const answer = await fetch(`${origin}/xrpc/${method}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}
const account = { handle: 'alice.test', email: 'alice@mail.test', password: secret() }
const { did, accessJwt } = await call('com.atproto.server.createAccount', account)
const { password } = await call('com.atproto.server.createAppPassword', { name: 'gateway', privileged: true }, accessJwt)
console.log(JSON.stringify({ origin, services, servicesDid, did, handle: account.handle, password, accessJwt }))
