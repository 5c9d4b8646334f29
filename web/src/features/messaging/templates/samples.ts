import type { VariableName } from "@/api/generated";

/** What stands in a preview for what each patient's own message will say. */
export const SAMPLES: Record<"ar" | "en", Record<VariableName, string>> = {
  ar: {
    patientName: "نورة الشهري",
    ticketNumber: "17",
    position: "4",
    peopleAhead: "3",
    estimatedWait: "25",
    doctorName: "د. أحمد الزهراني",
    clinicName: "",
  },
  en: {
    patientName: "Noura Shehri",
    ticketNumber: "17",
    position: "4",
    peopleAhead: "3",
    estimatedWait: "25",
    doctorName: "Dr Ahmad Zahrani",
    clinicName: "",
  },
};
