// An unmodified @xdevplatform/xdk, told an address and a token, and perhaps a key for its headers, nothing else.
//
// Carries out the steps of the environment's STEPS, a JSON list of `[name, argument]`, and prints for each one line:
// `{"data": ..}`, or `{"message": .., "status": ..}` as the client tells it.

import { Client } from '@xdevplatform/xdk'

const { DOOR, TOKEN, KEY, STEPS } = process.env
const headers = KEY ? { 'Idempotency-Key': KEY } : undefined
const client = new Client({ baseUrl: DOOR, accessToken: TOKEN, headers })
let image

const steps = {
  me: () => client.users.getMe(),
  post: (fields) => client.posts.create(fields),
  image: async (media) => {
    const made = await client.media.upload({ media, mediaCategory: 'tweet_image' })
    image = made.data.id
    return made
  },
  altText: (text) => client.media.createMetadata({ id: image, metadata: { altText: { text } } }),
  postImage: (text) => client.posts.create({ text, media: { mediaIds: [image] } }),
  message: ({ to, text }) => client.directMessages.createByParticipantId(to, { text }),
  list: (fields) => client.lists.create(fields),
  delete: (id) => client.posts.delete(id),
}

for (const [name, argument] of JSON.parse(STEPS)) {
  try {
    console.log(JSON.stringify({ data: (await steps[name](argument)).data ?? null }))
  } catch (error) {
    console.log(JSON.stringify({ message: error.message, status: error.status }))
  }
}
