-- What bot/telegram_front/kept.py keeps in a file where there is no database.
CREATE TABLE chats (
    chat bigint PRIMARY KEY, unaddressed boolean NOT NULL, language text, members_add boolean NOT NULL DEFAULT false,
    index_posts boolean NOT NULL DEFAULT false
);
CREATE TABLE feedback (
    question text COLLATE "C" PRIMARY KEY, up integer NOT NULL DEFAULT 0, down integer NOT NULL DEFAULT 0
);
CREATE TABLE shelves (  -- number counts up as articles come; post is the channel's post that brought it
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, chat bigint NOT NULL, article text COLLATE "C" NOT NULL,
    post bigint, UNIQUE (chat, article)
);
CREATE TABLE readings (  -- messages of the bot that say that something is being read
    chat bigint NOT NULL, message bigint NOT NULL, PRIMARY KEY (chat, message)
);
