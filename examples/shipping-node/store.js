import Database from 'libsql';
import { CloudEvent } from 'cloudevents';
import { randomUUID } from 'node:crypto';

const TABLES = `
  create table if not exists inbox (source text, id text, primary key (source, id));
  create table if not exists shipment (transaction_id text primary key, shipment_id text not null, user_id text not null);
  create table if not exists outbox (seq integer primary key autoincrement, event text not null);
  create table if not exists parked (place text primary key, reason text not null, key blob, value blob);`;

/** The database of this service. A returned call is on disk; a call that throws has changed nothing. */
export function openStore(file) {
  const db = new Database(file, { timeout: 5000 });
  db.exec(`pragma journal_mode = wal; pragma synchronous = full; ${TABLES}`);
  const add = (sql) => (...values) => db.prepare(sql).run(...values).changes === 1;
  const addEvent = add('insert or ignore into inbox values (?, ?)');
  const addShipment = add('insert or ignore into shipment values (?, ?, ?)');
  const addOutgoing = add('insert into outbox (event) values (?)');

  /** Inbox row, shipment and outgoing event commit together. False if the event or its step was there before. */
  const plan = db.transaction((confirmed) => {
    const { transaction_id, user_id } = confirmed.data;
    const shipment_id = randomUUID();
    if (!addEvent(confirmed.source, confirmed.id) || !addShipment(transaction_id, shipment_id, user_id)) return false;
    return addOutgoing(JSON.stringify(planned(confirmed, { transaction_id, shipment_id, user_id })));
  });

  return {
    plan: (confirmed) => plan.immediate(confirmed),
    park: add('insert or ignore into parked values (?, ?, ?, ?)'),
    unsent: () => db.prepare('select seq, event from outbox order by seq limit 100').all(),
    sent: add('delete from outbox where seq = ?'),
    shipments: () => db.prepare('select transaction_id, shipment_id, user_id from shipment').all(),
    parked: () => db.prepare('select place, reason from parked').all(),
    close: () => db.close(),
  };
}

const planned = (cause, data) => new CloudEvent({
  id: randomUUID(),
  source: '/shipping-node',
  type: 'SHIPMENT_PLANNED',
  subject: data.transaction_id,
  datacontenttype: 'application/json',
  causationid: cause.id,
  ...(cause.traceparent && { traceparent: cause.traceparent }),
  data,
});
