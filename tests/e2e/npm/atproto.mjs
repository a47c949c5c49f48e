// An unmodified @atproto/api, told an address, a name and a gateway token, nothing else.
//
// Carries out the steps of the environment's STEPS, a JSON list of `[name, argument]`, and prints for each one line:
// `{"value": ..}`, or `{"error": .., "message": .., "status": ..}` as the client tells it.

import { AtpAgent } from '@atproto/api'

const { DOOR, NAME, TOKEN, STEPS } = process.env
const agent = new AtpAgent({ service: DOOR })
const collection = 'app.bsky.feed.post'
const split = (uri) => ({ collection: uri.split('/')[3], rkey: uri.split('/')[4] })

const steps = {
  login: () => agent.login({ identifier: NAME, password: TOKEN }),
  session: () => agent.session,
  adopt: (session) => {
    agent.sessionManager.session = session
  },
  where: () => ({ service: agent.serviceUrl.origin, pds: agent.pdsUrl?.origin ?? null, did: agent.did }),
  resume: async () => {
    const other = new AtpAgent({ service: DOOR })
    return other.resumeSession(agent.session)
  },
  refresh: () => agent.sessionManager.refreshSession(),
  post: (record) => agent.post(record),
  profile: (fields) => agent.upsertProfile((existing) => ({ ...existing, ...fields })),
  delete: (uri) => agent.deletePost(uri),
  like: ({ uri, cid }) => agent.like(uri, cid),
  unlike: (uri) => agent.deleteLike(uri),
  follow: (did) => agent.follow(did),
  upload: (base64) => agent.uploadBlob(Buffer.from(base64, 'base64'), { encoding: 'image/png' }),
  picture: async ({ base64, alt, text }) => {
    const { data } = await agent.uploadBlob(Buffer.from(base64, 'base64'), { encoding: 'image/png' })
    return agent.post({ text, embed: { $type: 'app.bsky.embed.images', images: [{ image: data.blob, alt }] } })
  },
  put: ({ uri, record }) => agent.com.atproto.repo.putRecord({ repo: agent.did, ...split(uri), record }),
  create: (record) => agent.com.atproto.repo.createRecord({ repo: agent.did, collection, record }),
  writes: (writes) => agent.com.atproto.repo.applyWrites({ repo: agent.did, writes }),
  read: (uri) => agent.com.atproto.repo.getRecord({ repo: agent.did, ...split(uri) }),
  describe: () => agent.com.atproto.repo.describeRepo({ repo: agent.did }),
  message: ({ service, text }) => {
    const chat = agent.withProxy('bsky_chat', service)
    return chat.chat.bsky.convo.sendMessage({ convoId: '3kabc', message: { text } })
  },
  appPassword: () => agent.com.atproto.server.createAppPassword({ name: 'mine' }),
  serviceAuth: () => agent.com.atproto.server.getServiceAuth({ aud: agent.did }),
  logout: () => agent.logout(),
}

for (const [name, argument] of JSON.parse(STEPS)) {
  try {
    const value = await steps[name](argument)
    console.log(JSON.stringify({ value: value?.data ?? value ?? null }))
  } catch (error) {
    console.log(JSON.stringify({ error: error.error ?? error.name, message: error.message, status: error.status }))
  }
}
