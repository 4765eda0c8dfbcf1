// Looks at pages with Lighthouse in a browser that is already running and signed in.
// Usage: node look.mjs PORT CATEGORIES URL ...; prints one line of JSON a page.
import lighthouse from "lighthouse";

const [port, categories, ...urls] = process.argv.slice(2);
const settings = {
  onlyCategories: categories.split(","),
  // The visit's cookie is what is looked at; a page that keeps asking is never quiet.
  disableStorageReset: true,
  maxWaitForLoad: 4000,
  throttlingMethod: "provided",
  formFactor: "desktop",
  screenEmulation: { disabled: true },
};

for (const url of urls) {
  const { lhr } = await lighthouse(url, { port: Number(port), logLevel: "error", output: "json" },
    { extends: "lighthouse:default", settings });
  const failed = Object.values(lhr.categories).flatMap((category) => category.auditRefs
    .filter((one) => one.weight > 0 && (lhr.audits[one.id].score ?? 1) < 1)
    .map((one) => ({
      audit: one.id,
      items: (lhr.audits[one.id].details?.items ?? []).slice(0, 5)
        .map((item) => item.node?.snippet ?? item.description ?? JSON.stringify(item)),
    })));
  console.log(JSON.stringify({
    asked: url,
    shown: lhr.finalDisplayedUrl,
    scores: Object.fromEntries(Object.entries(lhr.categories).map(([id, one]) => [id, one.score])),
    failed,
  }));
}
