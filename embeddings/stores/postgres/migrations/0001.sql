-- The library: the tables of the embedded store (embeddings/stores/schema.py), which the same statements read and write.
-- Ids and names are compared by code point, as SQLite does: COLLATE "C".

CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);

CREATE TABLE articles (
    id text COLLATE "C" PRIMARY KEY, digest text NOT NULL, first_sentence bigint NOT NULL,
    sentence_count integer NOT NULL, title text NOT NULL, byline text, publisher text, published text, url text,
    source text, title_span text, published_span text
);
CREATE INDEX articles_by_sentence ON articles (first_sentence, sentence_count);
CREATE TABLE texts (
    article text COLLATE "C" PRIMARY KEY REFERENCES articles ON DELETE CASCADE, paragraphs text NOT NULL,
    text text NOT NULL
);
CREATE TABLE former_texts (
    article text COLLATE "C" NOT NULL REFERENCES articles ON DELETE CASCADE, age integer NOT NULL, text text NOT NULL,
    PRIMARY KEY (article, age)
);

CREATE TABLE sentences (
    id bigint PRIMARY KEY, article text COLLATE "C" NOT NULL, position integer NOT NULL, paragraph integer NOT NULL,
    start integer NOT NULL, "end" integer NOT NULL, text text NOT NULL
);
CREATE SEQUENCE sentence_ids OWNED BY sentences.id;
-- Of the dimension that the stamp in meta names. The index by meaning comes with `refresh`, see nearest.py.
CREATE TABLE vectors (id bigint PRIMARY KEY, vector vector NOT NULL);
CREATE TABLE tokens (id bigint PRIMARY KEY, size integer NOT NULL, pieces bytea NOT NULL);
CREATE TABLE states (id bigint PRIMARY KEY, size integer NOT NULL, pieces bytea NOT NULL);

-- See word_index.py. In the place of tsvector and GIN, which do not tell how often a word stands in a sentence, nor how
-- long that is. For the words of 200 questions over 200,000 sentences (median, 95th percentile) ts_rank took 8 and 21 ms,
-- reading what BM25 needs of GIN's candidates 17 and 46 ms; by these lists BM25 takes 3 and 5 ms.
CREATE TABLE postings (
    stem text COLLATE "C", block bigint, entries bytea NOT NULL, PRIMARY KEY (stem, block)
) WITH (fillfactor = 70);  -- with room for the next versions of its rows beside them
CREATE TABLE word_counts ("only" integer PRIMARY KEY, sentences bigint NOT NULL, words bigint NOT NULL);
-- Numbers compress badly, and what is not compressed is appended to and measured without being read.
ALTER TABLE postings ALTER entries SET STORAGE EXTERNAL;
ALTER TABLE tokens ALTER pieces SET STORAGE EXTERNAL;
ALTER TABLE states ALTER pieces SET STORAGE EXTERNAL;

CREATE TABLE namings (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, told text NOT NULL, full_name text COLLATE "C" NOT NULL,
    surname text COLLATE "C", quotes integer NOT NULL DEFAULT 0
);
-- Hashes, since an entry of a b-tree cannot be as long as what is told of somebody.
CREATE INDEX namings_by_told ON namings USING hash (told);
CREATE INDEX namings_by_full_name ON namings USING hash (full_name);
CREATE INDEX namings_by_surname ON namings USING hash (surname);
CREATE INDEX namings_by_quotes ON namings (quotes, id) WHERE quotes > 0;
CREATE TABLE naming_words (
    word text COLLATE "C", part text COLLATE "C", naming bigint, PRIMARY KEY (word, part, naming)
);

CREATE TABLE entities (
    article text COLLATE "C" NOT NULL REFERENCES articles ON DELETE CASCADE, number integer NOT NULL,
    naming bigint NOT NULL, mentions text NOT NULL, role_span text, PRIMARY KEY (article, number)
);
CREATE INDEX entities_by_naming ON entities (naming, article);
CREATE TABLE quotes (
    article text COLLATE "C" NOT NULL REFERENCES articles ON DELETE CASCADE, position integer NOT NULL,
    paragraph integer NOT NULL, first_sentence integer NOT NULL, last_sentence integer NOT NULL,
    start integer NOT NULL, "end" integer NOT NULL, text text NOT NULL, kind text NOT NULL, attribution text NOT NULL,
    speaker text, entity integer, naming bigint, role text, cue text, evidence text, source text,
    PRIMARY KEY (article, position), CHECK ((entity IS NULL) = (naming IS NULL))
);
CREATE INDEX quotes_by_naming ON quotes (naming, article, position) WHERE naming IS NOT NULL;
