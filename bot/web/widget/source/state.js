// The one widget of the page: what it was told, and what has been said. Its parts are made in frame.js.

// The page's options, and the widget's own texts in the language of these.
let options;
let t;
// What the server says of itself: { title, about, notice, disclaimer, starters, contact, max_question_chars }.
let site = {};
// Of the conversation; the server renews it with every reply.
let token = null;
// Each { question, reply?, sentences, ended?, thumbs? }.
let turns = [];
