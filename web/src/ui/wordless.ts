/** What is said where not even the words could be loaded: in both languages, and a part of the code. */
export const wordless = [
  { lang: "ar", dir: "rtl", notOpened: "تعذّر فتح الصفحة", retry: "إعادة المحاولة" },
  { lang: "en", dir: "ltr", notOpened: "The page cannot be opened", retry: "Try again" },
] as const;
