import { fetchReading } from './reading.ts';

// Tests begin where the page has rested: packets and filters can be read at once.
await fetchReading();
