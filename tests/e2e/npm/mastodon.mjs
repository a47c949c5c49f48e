// Lets masto or megalodon do one thing at a door and prints what came of it, as a person's own script would see it.
// It is told by the environment: CLIENT, DOOR, TOKEN, TASK (JSON: what to do, and with what).

import { createReadStream, readFileSync } from "node:fs";
import { basename } from "node:path";

const { CLIENT, DOOR, TOKEN, TASK } = process.env;
const task = JSON.parse(TASK);

async function masto() {
  const { createRestAPIClient } = await import("masto");
  const client = createRestAPIClient({ url: DOOR, accessToken: TOKEN });
  const { v1, v2 } = client;
  const media = async () => {
    const file = new File([readFileSync(task.picture)], basename(task.picture), { type: "image/png" });
    return (await v2.media.create({ file, description: task.description })).id;
  };
  return {
    me: () => v1.accounts.verifyCredentials(),
    post: async () => {
      const status = { ...task.status, ...(task.picture ? { mediaIds: [await media()] } : {}) };
      return v1.statuses.create(status, task.key ? { requestInit: { headers: { "Idempotency-Key": task.key } } } : {});
    },
    edit: () => v1.statuses.$select(task.id).update(task.status),
    delete: () => v1.statuses.$select(task.id).remove(),
    profile: () => v1.accounts.updateCredentials({ note: task.note }),
    list: () => v1.lists.create({ title: task.title }),
    filter: () => v2.filters.create({ title: task.title, context: ["home"], keywordsAttributes: [{ keyword: task.word }] }),
    report: () => v1.reports.create({ accountId: task.account, comment: task.comment }),
  };
}

async function megalodon() {
  const { default: generator } = await import("megalodon");
  const make = generator.default ?? generator;
  const client = make("mastodon", DOOR, TOKEN);
  const { status: text, spoilerText, poll } = task.status ?? {};
  const options = { ...(spoilerText ? { spoiler_text: spoilerText } : {}), ...(poll ? { poll } : {}) };
  const media = async () => {
    const file = createReadStream(task.picture);
    return (await client.uploadMedia(file, { description: task.description })).data.id;
  };
  const calls = {
    me: () => client.verifyAccountCredentials(),
    post: async () => client.postStatus(text, { ...options, ...(task.picture ? { media_ids: [await media()] } : {}) }),
    edit: () => client.editStatus(task.id, { status: text, ...options }),
    delete: () => client.deleteStatus(task.id),
    profile: () => client.updateCredentials({ note: task.note }),
    list: () => client.createList(task.title),
    filter: () => client.createFilter(task.word, ["home"]),
    report: () => client.report(task.account, { comment: task.comment }),
  };
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, async () => (await call()).data]));
}

let told;
try {
  const client = await { masto, megalodon }[CLIENT]();
  told = { value: (await client[task.do]()) ?? null };
} catch (error) {
  // What people print: the message, and for axios what is in its answer.
  told = { error: `${error.message} ${JSON.stringify(error.response?.data ?? "")}` };
}
process.stdout.write(JSON.stringify(told));
