import { EXPORT, expect, test, uniqueName } from "../support/test";

const GOOD = '{"timestamp":"2025-07-01T00:00:00Z","level":"info","message":"user 1 signed in"}\n';
/** What is no JSON among JSON is no record; a line of plain text would continue the record before it. */
const BAD = '{"timestamp":12:30,"message":"broken"}\n';

test("several files dropped at once become one dataset, and each rejected line is told", async ({
  page,
  signIn,
}) => {
  await signIn("trainer", "/training/new");
  const files = await page.evaluateHandle(
    (contents) => {
      const transfer = new DataTransfer();
      for (const [name, content] of contents) transfer.items.add(new File([content], name));
      return transfer;
    },
    [
      ["first.jsonl", GOOD.repeat(20).replaceAll("user 1", "user 2")],
      ["second.jsonl", GOOD.repeat(9) + BAD],
    ] as [string, string][],
  );
  await page.getByText("Drop log files here, or").dispatchEvent("drop", { dataTransfer: files });
  const source = page.getByRole("region", { name: "Data source" });
  await expect(source.getByText("first.jsonl, second.jsonl")).toBeVisible();
  await expect(source.getByText("1 record could not be parsed")).toBeVisible();
  await expect(source.getByText(/second\.jsonl, line 10: ./)).toBeVisible();
  await expect(source.locator('dt:text-is("Records read") + dd')).toHaveText("30");
});

test("the server fetches what lies at an address", async ({ page, signIn }) => {
  await signIn("trainer", "/training/new");
  await page.getByRole("tab", { name: "Fetch from addresses" }).click();
  await page.getByRole("textbox", { name: "Addresses" }).fill(EXPORT);
  await page.getByRole("button", { name: "Fetch files" }).click();
  await expect(page).toHaveURL(/\/training\/new\?dataset=/);
  await expect(page.getByText("json-export")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("export_20250701");
});

test("a dataset that is already there can be trained on", async ({ page, admin, signIn }) => {
  const name = uniqueName("kept");
  await admin.upload(EXPORT, name);
  await signIn("trainer", "/training/new");
  await page.getByRole("tab", { name: "Existing dataset" }).click();
  await page.getByRole("combobox", { name: "Dataset" }).click();
  await page.getByRole("option", { name: new RegExp(`^${name} `) }).click();
  await expect(page).toHaveURL(/\/training\/new\?dataset=/);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue(name);
  // The address holds the choice: it survives a reload.
  await page.reload();
  await expect(page.getByText("json-export")).toBeVisible();
  await page.getByRole("button", { name: "Use other data" }).click();
  await expect(page.getByRole("button", { name: "Choose files" })).toBeVisible();
});
