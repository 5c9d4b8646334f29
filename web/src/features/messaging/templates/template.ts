/** What a template's text says, in the words of whoever writes it and as a phone shows it. */

import type { ProviderLanguage, TemplateView, VariableName } from "@/api/generated";
import type { Language } from "@/i18n/preferences";

export const VARIABLES: VariableName[] = [
  "patientName",
  "ticketNumber",
  "position",
  "peopleAhead",
  "estimatedWait",
  "doctorName",
  "clinicName",
];

/** These need a ticket: whoever has none gets nothing. */
export const OF_TURN: VariableName[] = ["ticketNumber", "position", "peopleAhead", "estimatedWait", "doctorName"];

/** The longest text that an approved template can hold, with its values. */
export const LONGEST_BODY = 1_024;
export const LONGEST_TEXT = 4_096;
export const MOST_PARAMETERS = 20;

type Names = Record<VariableName, string>;

const NAMED = /\{\{([^{}]*)\}\}/g;

/** `{{patientName}}` as `{{اسم المريض}}`. What is no variable stays. */
export function inWords(content: string, names: Names): string {
  return content.replace(NAMED, (whole, name: string) => {
    const known = VARIABLES.find((one) => one === name.trim());
    return known ? `{{${names[known]}}}` : whole;
  });
}

/** The other way round; the API's own names are understood, too. */
export function inNames(text: string, names: Names): string {
  return text.replace(NAMED, (whole, said: string) => {
    const known = variable(said, names);
    return known ? `{{${known}}}` : whole;
  });
}

function variable(said: string, names: Names): VariableName | undefined {
  const word = said.trim().replace(/\s+/g, " ");
  return VARIABLES.find((one) => one === word || names[one] === word);
}

type Flaw = { is: "unknown"; name: string } | { is: "unclosed" };

/** What is wrong with a text as it was typed; the API would say the same in its own names. */
export function flaw(text: string, names: Names): Flaw | undefined {
  for (const [, said = ""] of text.matchAll(NAMED)) {
    if (!variable(said, names)) return { is: "unknown", name: said.trim() };
  }
  return text.replace(NAMED, "").includes("{{") ? { is: "unclosed" } : undefined;
}

/** The variables of a text, in the order in which they come first. */
export function named(content: string): VariableName[] {
  const found = [...content.matchAll(NAMED)].map(([, name = ""]) => VARIABLES.find((one) => one === name.trim()));
  return [...new Set(found.filter((one) => one !== undefined))];
}

export function filled(content: string, values: Names): string {
  return content.replace(NAMED, (whole, name: string) => {
    const known = VARIABLES.find((one) => one === name.trim());
    return known ? values[known] : whole;
  });
}

/** A text as the value of an approved template: Meta takes one line with single blanks. */
export function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

/** Those in the reader's own script come first; otherwise as they came. */
export function inOrder(templates: TemplateView[], language: Language): TemplateView[] {
  const own = ({ content }: TemplateView) => /\p{Script=Arabic}/u.test(content) === (language === "ar");
  return [...templates.filter(own), ...templates.filter((template) => !own(template))];
}

/** The languages that Meta has, those of the region first. */
export const LANGUAGES: ProviderLanguage[] = [
  "ar", "en", "en_US", "en_GB", "ar_AE", "ar_EG", "ar_LB", "ar_MA", "ar_QA", "ur", "hi", "bn", "fa", "fil", "tr",
  "fr", "af", "sq", "az", "be_BY", "bn_IN", "bg", "ca", "zh_CN", "zh_HK", "zh_TW", "hr", "cs", "da", "prs_AF", "nl",
  "nl_BE", "en_AE", "en_AU", "en_CA", "en_GH", "en_IE", "en_IN", "en_JM", "en_MY", "en_NZ", "en_QA", "en_SG",
  "en_UG", "en_ZA", "et", "fi", "fr_BE", "fr_CA", "fr_CH", "fr_CI", "fr_MA", "ka", "de", "de_AT", "de_CH", "el",
  "gu", "ha", "he", "hu", "id", "ga", "it", "ja", "kn", "kk", "rw_RW", "ko", "ky_KG", "lo", "lv", "lt", "mk", "ms",
  "ml", "mr", "nb", "ps_AF", "pl", "pt_BR", "pt_PT", "pa", "ro", "ru", "sr", "si_LK", "sk", "sl", "es", "es_AR",
  "es_CL", "es_CO", "es_CR", "es_DO", "es_EC", "es_HN", "es_MX", "es_PA", "es_PE", "es_ES", "es_UY", "sw", "sv",
  "ta", "te", "th", "uk", "uz", "vi", "zu",
];
