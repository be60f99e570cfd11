import { createContext } from 'react';

/** Why nothing around here can be changed: buttons that change something are off and say so. Undefined where it can. */
export const ReadOnly = createContext<string | undefined>(undefined);
