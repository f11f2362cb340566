import { CloudEvent, Kafka as Binding } from 'cloudevents';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const canonical = (id) => (UUID.test(id) ? id.toLowerCase() : id);

function check(holds, reason) {
  if (!holds) throw new Error(reason);
}

/** Reads a record in structured or binary mode. Throws if it breaks the contract; the message gives the reason. */
export function read({ key, value, headers = {} }) {
  check(value, 'the value is null');
  const texts = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)]));
  const structured = texts['content-type']?.startsWith('application/cloudevents') || !texts.ce_specversion;
  const mode = structured ? { 'content-type': 'application/cloudevents+json' } : texts;
  const event = Binding.toEvent({ headers: mode, value: value.toString() });
  const saga = canonical(event.subject);
  check(UUID.test(saga), 'the subject is not a UUID');
  check(saga === canonical(String(key)), 'the key is not the subject');
  check(saga === canonical(event.data?.transaction_id), 'data.transaction_id is not the subject');
  check(event.type !== 'ORDER_CONFIRMED' || typeof event.data.user_id === 'string', 'user_id is missing');
  const { source, type, traceparent } = event;
  return { id: canonical(event.id), source, type, traceparent, data: { ...event.data, transaction_id: saga } };
}

/** Returns the record of a stored event: CloudEvents binary mode, keyed by its saga. */
export function write(stored) {
  const event = new CloudEvent(JSON.parse(stored));
  const { headers } = Binding.binary(event);
  const present = Object.entries(headers).filter(([, text]) => text !== undefined);
  return { key: event.subject, value: JSON.stringify(event.data), headers: Object.fromEntries(present) };
}
