
CREATE TABLE public.accounts (
    id integer NOT NULL,
    email character varying NOT NULL,
    boss_id integer,
    code character varying,
    created_at timestamp with time zone
);

CREATE SEQUENCE public.accounts_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.accounts_id_seq OWNED BY public.accounts.id;

CREATE TABLE public.migrations (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);

CREATE SEQUENCE public.migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.migrations_id_seq OWNED BY public.migrations.id;

CREATE TABLE public.notes (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    owner_id integer NOT NULL,
    topic_id integer,
    title character varying NOT NULL,
    note_state character varying CONSTRAINT notes_state_not_null NOT NULL,
    created_at timestamp with time zone
);

CREATE TABLE public.themes (
    id integer CONSTRAINT topics_id_not_null NOT NULL
);

ALTER TABLE ONLY public.accounts ALTER COLUMN id SET DEFAULT nextval('public.accounts_id_seq'::regclass);

ALTER TABLE ONLY public.migrations ALTER COLUMN id SET DEFAULT nextval('public.migrations_id_seq'::regclass);

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT "PK_accounts" PRIMARY KEY (id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT "PK_af6206538ea96c4e77e9f400c3d" PRIMARY KEY (id);

ALTER TABLE ONLY public.themes
    ADD CONSTRAINT "PK_ddbeaab913c18682e5c88155592" PRIMARY KEY (id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT "UQ_236f4b6762c3c3786932d0786e7" UNIQUE (title);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT "UQ_490319656e54a7957dc1fed027c" UNIQUE (code);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pair UNIQUE (boss_id, code);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_once UNIQUE (topic_id, note_state);

CREATE INDEX accounts_created ON public.accounts USING btree (created_at DESC);

CREATE UNIQUE INDEX accounts_email ON public.accounts USING btree (lower((email)::text));

CREATE INDEX notes_created ON public.notes USING btree (created_at DESC);

CREATE INDEX notes_open ON public.notes USING btree (owner_id) WHERE ((note_state)::text = 'open'::text);

CREATE INDEX notes_owner ON public.notes USING btree (owner_id, title);

CREATE UNIQUE INDEX notes_pair ON public.notes USING btree (topic_id, owner_id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT "FK_5e7f26299defc07df120e06b2a6" FOREIGN KEY (topic_id) REFERENCES public.themes(id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT "FK_f9e103f8ae67cb1787063597925" FOREIGN KEY (owner_id) REFERENCES public.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_boss FOREIGN KEY (boss_id) REFERENCES public.accounts(id);

