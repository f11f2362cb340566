import kafkajs from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { readEveryCodec } from './codecs.js';
import { read, write } from './events.js';
import { openStore } from './store.js';

const { KAFKA = '127.0.0.1:9092', PREFIX = '', GROUP = 'shipping-node', STORE = 'shipping.db' } = process.env;
const SHIPPING = `${PREFIX}shipping`;
const STEP = 100; // milliseconds between two looks into the outbox

readEveryCodec();
const store = openStore(STORE);
const kafka = new kafkajs.Kafka({ clientId: 'shipping-node', brokers: KAFKA.split(','), logLevel: kafkajs.logLevel.WARN });
const consumer = kafka.consumer({ groupId: PREFIX + GROUP, allowAutoTopicCreation: false });
const createPartitioner = kafkajs.Partitioners.DefaultPartitioner; // the one of Java's producers
const producer = kafka.producer({ allowAutoTopicCreation: false, createPartitioner });
const stopping = new AbortController();

/** Returns after the commit; only then does kafkajs acknowledge the record. */
async function handle({ topic, partition, message }) {
  let event;
  try {
    event = read(message);
  } catch (poison) {
    const place = `${topic}/${partition}/${message.offset}`;
    store.park(place, poison.message, message.key, message.value);
    return console.warn(`parked ${place}: ${JSON.stringify(poison.message)}`);
  }
  if (event.type === 'ORDER_CONFIRMED' && store.plan(event)) {
    console.log(`planned transaction_id=${event.data.transaction_id}`);
  }
}

/** Sends committed events in order. A row goes when the brokers have its record, so a crash repeats it, never drops it. */
async function relay() {
  while (!stopping.signal.aborted) {
    try {
      for (const row of store.unsent()) {
        await producer.send({ topic: SHIPPING, acks: -1, messages: [write(row.event)] });
        store.sent(row.seq);
      }
    } catch (failure) {
      console.warn(`not sent yet: ${failure.message}`);
    }
    await pause(STEP, undefined, { signal: stopping.signal }).catch(() => {});
  }
}

async function createTopic() {
  const admin = kafka.admin();
  await admin.connect();
  if (!(await admin.listTopics()).includes(SHIPPING)) {
    await admin.createTopics({ topics: [{ topic: SHIPPING, numPartitions: 6, replicationFactor: -1 }] });
  }
  await admin.disconnect();
}

async function stop() {
  stopping.abort();
  await consumer.disconnect();
  await relaying;
  await producer.disconnect();
  store.close();
}

consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || process.exit(1));
await createTopic();
await producer.connect();
await consumer.connect();
await consumer.subscribe({ topic: `${PREFIX}order`, fromBeginning: true });
const relaying = relay();
await consumer.run({ eachMessage: handle });
['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, stop));
console.log(`reading ${PREFIX}order at ${KAFKA} as ${PREFIX}${GROUP}`);
