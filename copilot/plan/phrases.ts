import type { Phrase } from './phrase.ts';
import { containment } from './phrases/containment.ts';
import { data } from './phrases/data.ts';
import { investigation } from './phrases/investigation.ts';
import { notification } from './phrases/notification.ts';

/** Tried in this order: what is said in few words comes after what needs more of them. */
export const phrases: readonly Phrase[] = [...containment, ...notification, ...data, ...investigation];
