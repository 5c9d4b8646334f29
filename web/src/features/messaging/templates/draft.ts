import type { OnUnknown, ProviderLanguage, TemplateBody, TemplateView, VariableName } from "@/api/generated";

import { inNames, inWords } from "./template";

/** A template as it is typed: variables are named in the words of whoever types. */
export interface Draft {
  title: string;
  text: string;
  isShared: boolean;
  onUnknown: OnUnknown;
  approved: boolean;
  providerName: string;
  providerLanguage: ProviderLanguage;
  parameters: VariableName[];
  resume: boolean;
}

type Names = Record<VariableName, string>;

export function draftOf(template: TemplateView | undefined, names: Names, language: ProviderLanguage): Draft {
  const provider = template?.providerTemplate;
  return {
    title: template?.title ?? "",
    text: inWords(template?.content ?? "", names),
    isShared: template?.isShared ?? true,
    onUnknown: template?.onUnknown ?? "hold",
    approved: Boolean(provider),
    providerName: provider?.name ?? "",
    providerLanguage: (provider?.language as ProviderLanguage | undefined) ?? language,
    parameters: (provider?.parameters as VariableName[] | undefined) ?? [],
    resume: false,
  };
}

export function bodyOf(draft: Draft, names: Names): TemplateBody {
  const { providerName: name, providerLanguage: language, parameters } = draft;
  return {
    title: draft.title,
    content: inNames(draft.text, names),
    isShared: draft.isShared,
    onUnknown: draft.onUnknown,
    providerTemplate: draft.approved ? { name, language, parameters } : null,
    ...(draft.resume && { resume: true }),
  };
}
