-- Updates of Telegram, each once, worked on in the order of their numbers in each chat. bot/telegram_front/inbox.py tells
-- how. Of one that is done only the number is kept, for a day, so that it is known if it comes again.
CREATE TABLE updates (
    id bigint PRIMARY KEY, chat bigint NOT NULL, content text, state text NOT NULL, replica bigint,
    changed timestamptz NOT NULL DEFAULT now(),
    CHECK (state IN ('waiting', 'begun', 'sending', 'sent', 'done')), CHECK ((state = 'done') = (content IS NULL)),
    CHECK (state IN ('waiting', 'done') OR replica IS NOT NULL)
);
CREATE INDEX updates_to_do ON updates (chat, id) WHERE state <> 'done';
CREATE INDEX updates_done ON updates (changed) WHERE state = 'done';
