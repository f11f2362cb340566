import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import kafkajs from 'kafkajs';
import Database from 'libsql';
import { readEveryCodec } from './codecs.js';
import { read, write } from './events.js';
import { openStore } from './store.js';

const SAGA = '0199c8a0-0000-7000-8000-000000000001';
const structured = (changes = {}) => ({
  specversion: '1.0',
  id: '0199c8a0-0000-7000-8000-00000000000e',
  source: '/order-svc',
  type: 'ORDER_CONFIRMED',
  subject: SAGA,
  time: '2026-11-21T02:03:04.567Z',
  datacontenttype: 'application/json',
  traceparent: '00-0199c8a0000070008000000000000001-800000000000000e-01',
  data: { transaction_id: SAGA, user_id: 'ann', total_price: 15000 },
  ...changes,
});
const record = (event, key = SAGA) => ({ key: Buffer.from(key), value: Buffer.from(JSON.stringify(event)) });

function withStore(use) {
  const folder = mkdtempSync(join(tmpdir(), 'shipping-'));
  try {
    use(join(folder, 'shipping.db'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('plans one shipment per order: not for the same event, nor for the same step under a new id', () =>
  withStore((file) => {
    const store = openStore(file);
    assert.equal(store.plan(read(record(structured()))), true);
    assert.equal(store.plan(read(record(structured()))), false);
    assert.equal(store.plan(read(record(structured({ id: 'a-nudge' })))), false);
    assert.equal(store.shipments().length, 1);
    assert.equal(store.unsent().length, 1);
    store.close();
  }));

test('an event that was seen plans nothing, also after its shipment was removed', () =>
  withStore((file) => {
    const store = openStore(file);
    store.plan(read(record(structured())));
    new Database(file).exec('delete from shipment');
    assert.equal(store.plan(read(record(structured()))), false);
    assert.equal(store.plan(read(record(structured({ id: 'another' })))), true);
    store.close();
  }));

test('the same id from another source is another event', () =>
  withStore((file) => {
    const store = openStore(file);
    const other = SAGA.replace(/1$/, '2');
    store.plan(read(record(structured())));
    const event = structured({ source: '/order-other', subject: other, data: { transaction_id: other, user_id: 'bob' } });
    assert.equal(store.plan(read(record(event, other))), true);
    store.close();
  }));

test('an event that was not acknowledged is sent again after a restart, under the same id', () =>
  withStore((file) => {
    const before = openStore(file);
    before.plan(read(record(structured())));
    const first = write(before.unsent()[0].event);
    before.close();
    const after = openStore(file);
    const [row] = after.unsent();
    assert.deepEqual(write(row.event), first);
    assert.equal(after.sent(row.seq), true);
    assert.deepEqual(after.unsent(), []);
    after.close();
  }));

test('a shipment without its outgoing event is not stored', () =>
  withStore((file) => {
    const store = openStore(file);
    const unwritable = { ...read(record(structured())), traceparent: 1n }; // a bigint cannot become JSON
    assert.throws(() => store.plan(unwritable));
    assert.deepEqual(store.shipments(), []);
    assert.equal(store.plan(read(record(structured()))), true, 'the inbox forgot it too');
    store.close();
  }));

test('writes binary mode, keyed by the saga, with the cause and the trace', () =>
  withStore((file) => {
    const store = openStore(file);
    store.plan(read(record(structured())));
    const { key, value, headers } = write(store.unsent()[0].event);
    assert.equal(key, SAGA);
    assert.equal(headers.ce_type, 'SHIPMENT_PLANNED');
    assert.equal(headers.ce_source, '/shipping-node');
    assert.equal(headers.ce_causationid, structured().id);
    assert.equal(headers.ce_traceparent, structured().traceparent);
    assert.equal(headers['content-type'], 'application/json');
    assert.equal(JSON.parse(value).user_id, 'ann');
    assert.deepEqual(read({ key, value, headers }).data, JSON.parse(value), 'it reads what it writes');
    store.close();
  }));

test('UUIDs in capitals are the same UUIDs', () => {
  const capitals = SAGA.toUpperCase();
  const event = structured({ id: structured().id.toUpperCase(), subject: capitals });
  assert.equal(read(record(event, capitals)).data.transaction_id, SAGA);
  assert.equal(read(record(event, capitals)).id, structured().id);
});

for (const [what, broken] of Object.entries({
  'the value is null': { key: SAGA, value: null },
  'the key is not the subject': record(structured(), SAGA.replace(/1$/, '2')),
  'data.transaction_id is not the subject': record(structured({ data: { transaction_id: 'x' } })),
  'the subject is not a UUID': record(structured({ subject: 'x' }), 'x'),
  'user_id is missing': record(structured({ data: { transaction_id: SAGA } })),
})) {
  test(`refuses a record: ${what}`, () => assert.throws(() => read(broken), { message: what }));
}

test('refuses garbage', () => {
  for (const value of ['', '{', '[]', 'null', '{}', '\u0000']) {
    assert.throws(() => read({ key: SAGA, value: Buffer.from(value) }));
  }
});

/** The shop's own test reads the same file. */
test('the SDK writes the record that the shop is tested with', () => {
  const captured = JSON.parse(readFileSync(new URL('./binary.test.json', import.meta.url)));
  const { ce_id, ce_source, ce_type, ce_subject, ce_time, ce_causationid, ce_traceparent } = captured.headers;
  const event = structured({
    id: ce_id, source: ce_source, type: ce_type, subject: ce_subject, time: ce_time,
    causationid: ce_causationid, traceparent: ce_traceparent, data: JSON.parse(captured.value),
  });
  assert.deepEqual(write(JSON.stringify(event)), captured);
});

/** Bytes that Kafka's Java producer wrote; the text is 5000 times "shipment ". */
test('reads every codec of Kafka', async () => {
  readEveryCodec();
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  const compressed = JSON.parse(readFileSync(new URL('./codecs.test.json', import.meta.url)));
  for (const [name, bytes] of Object.entries(compressed)) {
    const text = await CompressionCodecs[CompressionTypes[name]]().decompress(Buffer.from(bytes, 'base64'));
    assert.ok(String(text) === "shipment ".repeat(5000), name);
  }
});
