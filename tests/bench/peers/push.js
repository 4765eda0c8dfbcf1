// Replicates the documents on stdin (one JSON line each) to a server: node push.js URL FOLDER BATCH
// Prints how many were written and in how many seconds, the filling of the local copy not counted.
"use strict";

const fs = require("fs");
const PouchDB = require("pouchdb");

async function main(url, folder, batch) {
  const docs = fs.readFileSync(0, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  const local = new PouchDB(`${folder}/local`);
  await local.bulkDocs(docs);
  const begun = process.hrtime.bigint();
  const done = await local.replicate.to(url, { batch_size: batch });
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  console.log(JSON.stringify({ written: done.docs_written, seconds }));
  await local.close();
}

main(process.argv[2], process.argv[3], Number(process.argv[4]));
