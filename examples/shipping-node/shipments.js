import { openStore } from './store.js';

/** Prints what the store holds, one JSON object per line. */
const store = openStore(process.env.STORE ?? 'shipping.db');
store.shipments().forEach((shipment) => console.log(JSON.stringify(shipment)));
store.parked().forEach((record) => console.log(JSON.stringify(record)));
store.close();
