/** The search for better parameters: what a person entered, and the specification it means. No React here. */
import type {
  ParameterSpace,
  ScalerSpecification,
  SearchMetric,
  SearchSpecification,
  SearchStrategy,
} from "../../api/types";
import { numberOf, type Put, readCount } from "./form-reading";

export type Scaler = ScalerSpecification["type"];

export interface SearchForm {
  strategy: "off" | SearchStrategy;
  budget: string;
  candidates: string;
  folds: string;
  metric: "default" | SearchMetric;
  scalers: Scaler[];
  /** A parameter a line: `max_depth = 4, 8, none` or `C = 0.01 to 100 log`. */
  space: string;
}

export const SEARCH_START: SearchForm = {
  strategy: "off",
  budget: "300",
  candidates: "30",
  folds: "3",
  metric: "default",
  scalers: [],
  space: "",
};

/** The search that is meant, without what nobody changed; problems go to `put`. */
export function readSearch(
  form: SearchForm,
  known: readonly string[],
  put: Put,
): SearchSpecification | undefined {
  if (form.strategy === "off") return undefined;
  const budget = numberOf(form.budget);
  if (!(budget >= 1 && budget <= 86_400)) {
    put("/search/budget_seconds", "The budget must be at least 1 and at most 86,400 seconds.");
  }
  const parameters = form.strategy === "auto" ? {} : readSpace(form.space, known, put);
  const search: SearchSpecification = { strategy: form.strategy, budget_seconds: budget };
  if (Object.keys(parameters).length > 0) search.parameters = parameters;
  if (form.scalers.length > 0) search.scalers = form.scalers.map((type) => ({ type }));
  if (form.metric !== "default") search.metric = form.metric;
  if (form.candidates !== SEARCH_START.candidates) {
    search.candidates = readCount(form.candidates, 1, "/search/candidates", put, 1000);
  }
  if (form.folds !== SEARCH_START.folds) search.folds = readCount(form.folds, 2, "/search/folds", put, 20);
  return search;
}

const RANGE = /^(\S+)\s+to\s+(\S+?)(\s+log)?$/i;

/** Reads `name = values` or `name = low to high [log]`, a line each. */
export function readSpace(text: string, known: readonly string[], put: Put): Record<string, ParameterSpace> {
  const space: Record<string, ParameterSpace> = {};
  const problems: string[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const at = line.indexOf("=");
    const name = line.slice(0, Math.max(at, 0)).trim();
    const said = line.slice(at + 1).trim();
    if (name === "" || said === "") {
      problems.push(`Write "${line.trim()}" as name = values.`);
    } else if (!known.includes(name)) {
      problems.push(`${name} is no parameter of this algorithm.`);
    } else {
      const range = RANGE.exec(said);
      if (!range) {
        space[name] = said.split(",").map(wordOf);
        continue;
      }
      const [low, high] = [Number(range[1]), Number(range[2])];
      if (low < high) space[name] = { low, high, ...(range[3] && { log: true }) };
      else problems.push(`${name}: write numbers, the lower one first, as 0.01 to 100.`);
    }
  }
  if (problems.length > 0) put("/search/parameters", problems.join(" "));
  return space;
}

/** `none` is no value, what JSON reads is that, and the rest is text. */
function wordOf(text: string): unknown {
  const word = text.trim();
  if (word === "none") return null;
  try {
    return JSON.parse(word);
  } catch {
    return word;
  }
}

/** The controls of the search that can show an error, as JSON pointers. */
export const searchPointers = ({ strategy }: SearchForm): string[] =>
  strategy === "off"
    ? ["/search"]
    : [
        "/search",
        "/search/budget_seconds",
        "/search/candidates",
        "/search/folds",
        "/search/metric",
        "/search/scalers",
        ...(strategy === "auto" ? [] : ["/search/parameters"]),
      ];
