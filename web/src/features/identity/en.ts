import type { Texts } from "@/i18n/texts";
import { isolate } from "@/lib/bidi";

import type ar from "./ar";

const en = {
  tagline: "The clinic's queues and its patients' messages on one screen",
  signIn: "Sign in",
  signInTo: (clinic: string) => `Sign in to ${isolate(clinic)}`,
  clinic: "Clinic's address",
  clinicHint: "As it was chosen at sign-up, for example al-noor",
  otherClinic: "Another clinic",
  username: "Username",
  password: "Password",
  showPassword: "Show password",
  hidePassword: "Hide password",
  enter: "Sign in",
  noAccount: "Your clinic has no account?",
  signUp: "Sign it up",
  codeTitle: "Verification code",
  code: "Code",
  confirm: "Confirm",
  back: "Back",
  newCode: "Send a new code",
  signUpTitle: "Sign up a clinic",
  signUpIntro: "One minute, then you open your first queue.",
  clinicName: "Clinic's name",
  slug: "Clinic's address",
  slugHint: "Small Latin letters, digits and hyphens. Your colleagues type it to sign in.",
  fullName: "Your full name",
  usernameHint: "For signing in, for example sara",
  passwordHint: "8 characters or more, no common words and not your name",
  kind: "Kind of organisation",
  kinds: {
    solo_doctor: "A doctor's own clinic",
    clinic: "Clinic",
    multi_clinic: "Medical centre",
    hospital: "Hospital",
    multi_branch: "Several branches",
  },
  region: "Country",
  create: "Create the account",
  haveAccount: "Your clinic has an account?",
  language: "العربية",
  oneMachine: "Where to begin",
  oneMachineHint: "All of Dawr runs on this machine. Sign up your clinic, open a queue, then see what reaches the patients’ phones:",
  phones: "The patients’ phones",
  again: "The session has ended",
  againHint: "Sign in to go on where you were; what you typed is kept.",
  notYou: "Use another account",
} satisfies Texts<typeof ar>;

export default en;
