/** How bytes become records: what a person entered, and the specification it means. No React here. */
import type { TrainingSpecification } from "../../api/types";
import { numberOf, type Put, readCount } from "./form-reading";

export interface FormatForm {
  preset: string;
  pattern: string;
  regex: string;
  dropDuplicates: boolean;
  /** A name of the IANA database; empty for none. */
  timeZone: string;
  offset: string;
  year: string;
  dayFirst: "found" | "day" | "month";
  /** The column that plays a role, or `""` when nothing does; roles that are not in it are as found. */
  fields: Record<string, string>;
  maxRejected: string;
}

/** The roles that a person may have to correct. */
export const ROLES = ["level", "process", "host"] as const;

export const FORMAT_START: FormatForm = {
  preset: "auto",
  pattern: "",
  regex: "",
  dropDuplicates: true,
  timeZone: "",
  offset: "0",
  year: "",
  dayFirst: "found",
  fields: {},
  maxRejected: "0.5",
};

export const DAY_ORDERS: { value: FormatForm["dayFirst"]; label: string }[] = [
  { value: "found", label: "As found" },
  { value: "day", label: "Day first: 01/05 is 1 May" },
  { value: "month", label: "Month first: 01/05 is 5 January" },
];

/** The format that is meant, without what nobody changed; problems go to `put`. */
export function readFormat(form: FormatForm, put: Put): NonNullable<TrainingSpecification["format"]> {
  const format: NonNullable<TrainingSpecification["format"]> = {
    preset: form.preset,
    drop_duplicates: form.dropDuplicates,
  };
  if (form.preset === "pattern" || form.preset === "regex") {
    const text = form[form.preset].trim();
    if (text === "") put(`/format/${form.preset}`, "Say how a line is built.");
    format[form.preset] = text;
  }
  if (form.offset.trim() !== FORMAT_START.offset) {
    format.utc_offset_minutes = readCount(form.offset, -1080, "/format/utc_offset_minutes", put, 1080);
  }
  if (form.timeZone !== "") {
    format.time_zone = form.timeZone;
    if (format.utc_offset_minutes) {
      put("/format/utc_offset_minutes", "A zone has its own offset: leave one of the two out.");
    }
  }
  if (form.year.trim() !== "") format.year = readCount(form.year, 1970, "/format/year", put, 2105);
  if (form.dayFirst !== "found") format.day_first = form.dayFirst === "day";
  if (Object.keys(form.fields).length > 0) format.fields = form.fields;
  if (form.maxRejected.trim() !== FORMAT_START.maxRejected) {
    const share = numberOf(form.maxRejected);
    if (!(share >= 0 && share <= 1)) {
      put("/format/max_rejected_share", "The share must be at least 0 and at most 1.");
    }
    format.max_rejected_share = share;
  }
  return format;
}

/** The controls of the format that can show an error, as JSON pointers. */
export const formatPointers = ({ preset }: FormatForm): string[] => [
  "/format",
  ...(preset === "pattern" || preset === "regex" ? [`/format/${preset}`] : []),
  "/format/time_zone",
  "/format/utc_offset_minutes",
  "/format/year",
  "/format/day_first",
  "/format/max_rejected_share",
];

/** The fields with another column for a role; `undefined` leaves it as found. */
export function withField(fields: FormatForm["fields"], role: string, column: string | undefined) {
  const { [role]: _, ...others } = fields;
  return column === undefined ? others : { ...others, [role]: column };
}

/** The control of a setting that a finding names, as its id. */
export const controlOf = (setting: string): string => `format-${setting}`;
