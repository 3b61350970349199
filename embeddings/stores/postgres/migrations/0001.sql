-- The library: the tables of the embedded store (embeddings/stores/schema.py), which the same statements read and write.
-- Ids and names are compared by code point, as SQLite does: COLLATE "C".

-- Each shelf has 2^36 ids for its sentences, from its number times as many on: so what is kept by sentence, and the blocks
-- of postings, lie by shelf without telling it. See database.py.
CREATE TABLE shelves (
    number bigint PRIMARY KEY, name text COLLATE "C" NOT NULL, last_sentence bigint NOT NULL DEFAULT 0,
    sentences bigint NOT NULL DEFAULT 0, words bigint NOT NULL DEFAULT 0
);
CREATE INDEX shelves_by_name ON shelves (name);
INSERT INTO shelves (number, name) VALUES (0, '');

CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL);

CREATE TABLE articles (
    id text COLLATE "C" PRIMARY KEY, digest text NOT NULL, first_sentence bigint NOT NULL,
    sentence_count integer NOT NULL, title text NOT NULL, byline text, publisher text, published text, url text,
    source text, title_span text, published_span text, shelf bigint NOT NULL
);
CREATE INDEX articles_by_shelf ON articles (shelf, id);
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
    surname text COLLATE "C", quotes integer NOT NULL DEFAULT 0, shelf bigint NOT NULL
);
-- A hash, since an entry of a b-tree cannot be as long as what is told of somebody.
CREATE INDEX namings_by_told ON namings USING hash (told);
CREATE INDEX namings_by_full_name ON namings (full_name, shelf);
CREATE INDEX namings_by_surname ON namings (surname, full_name, shelf) WHERE surname IS NOT NULL;
CREATE INDEX namings_by_quotes ON namings (quotes, id) WHERE quotes > 0;
CREATE TABLE naming_words (
    word text COLLATE "C", part text COLLATE "C", naming bigint, shelf bigint, PRIMARY KEY (word, part, shelf, naming)
);

CREATE TABLE entities (
    article text COLLATE "C" NOT NULL REFERENCES articles ON DELETE CASCADE, number integer NOT NULL,
    naming bigint NOT NULL, mentions text NOT NULL, role_span text, shelf bigint NOT NULL, PRIMARY KEY (article, number)
);
CREATE INDEX entities_by_naming ON entities (naming, article);
CREATE TABLE quotes (
    article text COLLATE "C" NOT NULL REFERENCES articles ON DELETE CASCADE, position integer NOT NULL,
    paragraph integer NOT NULL, first_sentence integer NOT NULL, last_sentence integer NOT NULL,
    start integer NOT NULL, "end" integer NOT NULL, text text NOT NULL, kind text NOT NULL, attribution text NOT NULL,
    speaker text, entity integer, naming bigint, role text, cue text, evidence text, source text, shelf bigint NOT NULL,
    PRIMARY KEY (article, position), CHECK ((entity IS NULL) = (naming IS NULL))
);
CREATE INDEX quotes_by_naming ON quotes (naming, article, position) WHERE naming IS NOT NULL;

-- A transaction that sets saidwhat.shelves to the numbers of some shelves, as '{0,7}', sees nothing of others: not even by
-- a statement that forgets to ask for its shelves. IS NOT NULL, since PostgreSQL takes nearly all rows to be so: guessing
-- that few are shown, it would not go through an index by meaning.
DO $$
DECLARE
    kept text;
    shelf text;
    shown CONSTANT text := $policy$(SELECT nullif(current_setting('saidwhat.shelves', true), ''))$policy$;
BEGIN
    FOR kept, shelf IN VALUES
        ('shelves', 'number'), ('articles', 'shelf'), ('namings', 'shelf'), ('naming_words', 'shelf'),
        ('entities', 'shelf'), ('quotes', 'shelf'), ('sentences', 'id >> 36'), ('vectors', 'id >> 36'),
        ('tokens', 'id >> 36'), ('states', 'id >> 36'), ('postings', 'block >> 25')  -- of 2^11 sentences each
    LOOP
        EXECUTE format(
            'CREATE POLICY shown ON %I USING (nullif(coalesce(%s = ANY (%s::bigint[]), true), false) IS NOT NULL)',
            kept, shelf, shown
        );
    END LOOP;
    FOREACH kept IN ARRAY ARRAY['texts', 'former_texts'] LOOP
        EXECUTE format(
            'CREATE POLICY shown ON %I USING'
            ' (CASE WHEN %s IS NULL THEN true ELSE EXISTS (SELECT 1 FROM articles WHERE id = article) END)', kept, shown
        );
    END LOOP;
    FOR kept IN SELECT tablename FROM pg_policies WHERE schemaname = current_schema() LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', kept);
    END LOOP;
END $$;
