import { dissect, fieldValues, summarize } from '../../../bridge/packet/dissect.ts';
import { completions } from '../../../bridge/packet/filter/completion.ts';
import { readFilter } from '../../../bridge/packet/filter/filter.ts';
import { printFilter } from '../../../bridge/packet/filter/print.ts';

/** The dissectors and the language of filters, fetched together: whoever sees packets needs both (state/reading.ts). */
export const readingCode = { dissect, fieldValues, summarize, completions, readFilter, printFilter } as const;
