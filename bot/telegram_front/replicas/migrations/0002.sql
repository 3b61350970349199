-- What is remembered for half an hour, or for the day. A time is in seconds since the epoch.
CREATE TABLE turns (
    asker text COLLATE "C", number bigint, answer text NOT NULL, shown_in bigint, at double precision NOT NULL,
    PRIMARY KEY (asker, number)
);
CREATE INDEX turns_by_time ON turns (at);
CREATE TABLE chosen (asker text COLLATE "C" PRIMARY KEY, article text NOT NULL, at double precision NOT NULL);
CREATE TABLE taps (
    chat bigint, message bigint, person bigint, tapped text, at double precision NOT NULL,
    PRIMARY KEY (chat, message, person)
);
CREATE INDEX taps_by_time ON taps (at);
CREATE TABLE additions (person bigint, day date, count integer NOT NULL DEFAULT 0, PRIMARY KEY (person, day));
