import type { Page } from "@playwright/test";
import { expect, expectAccessible, test } from "../support/test";

/** Ten lines as no maker writes them. */
const PUMPS = Array.from({ length: 10 }, (_, n) => {
  const said =
    n % 3 === 0 ? `WARN | pump-3 | pressure ${n + 12} low` : `INFO | pump-${n % 3} | pressure ${n + 30} fine`;
  return `2024-05-01 10:00:${String(5 * n).padStart(2, "0")} | ${said}\n`;
}).join("");

/** As `01/02/2024`: nothing tells day and month apart. */
const DATES = Array.from(
  { length: 10 },
  (_, n) => `01/02/2024 10:00:0${n} INFO backup: copied ${n + 3} files\n`,
).join("");

async function drop(page: Page, name: string, content: string) {
  const files = await page.evaluateHandle(
    (file) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([file.content], file.name));
      return transfer;
    },
    { name, content },
  );
  await page.getByText("Drop log files here, or").dispatchEvent("drop", { dataTransfer: files });
}

/** The first record beside its line. */
const firstOf = (page: Page) =>
  page.getByRole("region", { name: "Records beside their lines" }).getByRole("listitem").first();

const field = (page: Page, name: string) => firstOf(page).locator(`dt:text-is("${name}") + dd`);

async function choose(page: Page, label: string, option: string) {
  await page.getByRole("combobox", { name: label }).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

test("a layout that nobody knows is read, beside its lines, and a field may be corrected", async ({
  page,
  signIn,
}) => {
  await signIn("trainer", "/training/new");
  await drop(page, "pumps.log", PUMPS);
  await expect(firstOf(page)).toContainText("2024-05-01 10:00:00 | WARN | pump-3 | pressure 12 low");
  await expect(field(page, "time")).toHaveText("2024-05-01 10:00:00 UTC");
  await expect(field(page, "level")).toHaveText("warning");
  await expect(field(page, "process")).toHaveText("pump-3");
  await expect(field(page, "message")).toHaveText("pressure 12 low");
  const records = page.getByRole("region", { name: "Records", exact: true });
  await expect(records.locator('dt:text-is("Layout found") + dd')).toContainText("<timestamp>");
  await expect(records.locator('dt:text-is("With a time") + dd')).toHaveText("100.0 % of 10 records");
  await expect(records.locator('dt:text-is("With a level") + dd')).toHaveText("100.0 % of 10 records");

  await choose(page, "The process is", "Nothing is the process");
  await expect(field(page, "process")).toHaveCount(0);
  await expect(field(page, "level")).toHaveText("warning");
  await choose(page, "The process is", "As found");
  await expect(field(page, "process")).toHaveText("pump-3");
});

test("what was assumed is told, and its remedy is one click away", async ({ page, signIn }) => {
  await signIn("trainer", "/training/new");
  await drop(page, "backup.log", DATES);
  const findings = page.getByRole("list", { name: "Findings" });
  await findings.getByRole("button", { name: /^Say the zone/ }).click();
  const zone = page.getByRole("combobox", { name: "Time zone" });
  await expect(zone).toBeFocused();
  await zone.fill("Asia/Tokyo");
  await page.getByRole("option", { name: "Asia/Tokyo" }).click();
  await expect(field(page, "time")).toHaveText(/ 01:00:00 UTC$/);
  await expect(findings.getByRole("button", { name: /^Say the zone/ })).toHaveCount(0);

  await findings.getByRole("button", { name: /^Say whether the day/ }).click();
  await expect(page.getByRole("combobox", { name: "Dates in numbers" })).toBeFocused();
});

test("the order of day and month that is said is the one that is read", async ({ page, signIn }) => {
  await signIn("trainer", "/training/new");
  await drop(page, "backup.log", DATES);
  await expect(firstOf(page)).toContainText("01/02/2024 10:00:00 INFO backup: copied 3 files");
  await choose(page, "Dates in numbers", "Day first: 01/05 is 1 May");
  await expect(field(page, "time")).toHaveText("2024-02-01 10:00:00 UTC");
  await choose(page, "Dates in numbers", "Month first: 01/05 is 5 January");
  await expect(field(page, "time")).toHaveText("2024-01-02 10:00:00 UTC");
});

test("on a telephone, records and their lines fit the window", async ({ page, signIn }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn("trainer", "/training/new");
  await drop(page, "pumps.log", PUMPS);
  await expect(field(page, "message")).toHaveText("pressure 12 low");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  await expectAccessible(page);
  await page.screenshot({ path: "test-results/screenshots/records-telephone.png", fullPage: true });
});
