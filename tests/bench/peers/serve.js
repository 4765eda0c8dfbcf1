// A CouchDB-speaking server (express-pouchdb on LevelDB) on loopback: node serve.js PORT FOLDER
"use strict";

const express = require("express");

const [port, folder] = [Number(process.argv[2]), process.argv[3]];
const PouchDB = require("pouchdb").defaults({ prefix: `${folder}/` });
const app = express();
const settings = { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: `${folder}/log` };
app.use("/", require("express-pouchdb")(PouchDB, settings));
app.listen(port, "127.0.0.1");
