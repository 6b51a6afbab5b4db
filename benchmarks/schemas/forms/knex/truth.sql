
CREATE TABLE public.accounts (
    id integer NOT NULL,
    email character varying(200),
    handle character varying(255),
    boss_id integer,
    token uuid,
    created_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    updated_at timestamp with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL,
    team_id integer
);

CREATE SEQUENCE public.accounts_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.accounts_id_seq OWNED BY public.accounts.id;

CREATE TABLE public.knex_migrations (
    id integer NOT NULL,
    name character varying(255),
    batch integer,
    migration_time timestamp with time zone
);

CREATE SEQUENCE public.knex_migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.knex_migrations_id_seq OWNED BY public.knex_migrations.id;

CREATE TABLE public.knex_migrations_lock (
    index integer NOT NULL,
    is_locked integer
);

CREATE SEQUENCE public.knex_migrations_lock_index_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.knex_migrations_lock_index_seq OWNED BY public.knex_migrations_lock.index;

CREATE TABLE public.note_links (
    from_id uuid CONSTRAINT links_from_id_not_null NOT NULL,
    to_id uuid CONSTRAINT links_to_id_not_null NOT NULL,
    kind character varying(255)
);

COMMENT ON COLUMN public.note_links.kind IS 'of link';

CREATE TABLE public.notes (
    id uuid NOT NULL,
    owner_id integer NOT NULL,
    topic_id bigint,
    heading text,
    created_at timestamp with time zone,
    state character varying(255) DEFAULT 'open'::character varying NOT NULL
);

CREATE TABLE public.topics (
    id bigint NOT NULL,
    name character varying(255) NOT NULL,
    created_at timestamp with time zone
);

CREATE SEQUENCE public.topics_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.topics_id_seq OWNED BY public.topics.id;

ALTER TABLE ONLY public.accounts ALTER COLUMN id SET DEFAULT nextval('public.accounts_id_seq'::regclass);

ALTER TABLE ONLY public.knex_migrations ALTER COLUMN id SET DEFAULT nextval('public.knex_migrations_id_seq'::regclass);

ALTER TABLE ONLY public.knex_migrations_lock ALTER COLUMN index SET DEFAULT nextval('public.knex_migrations_lock_index_seq'::regclass);

ALTER TABLE ONLY public.topics ALTER COLUMN id SET DEFAULT nextval('public.topics_id_seq'::regclass);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.knex_migrations_lock
    ADD CONSTRAINT knex_migrations_lock_pkey PRIMARY KEY (index);

ALTER TABLE ONLY public.knex_migrations
    ADD CONSTRAINT knex_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.note_links
    ADD CONSTRAINT links_pkey PRIMARY KEY (from_id, to_id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_once UNIQUE (owner_id, topic_id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.topics
    ADD CONSTRAINT topics_name_unique UNIQUE (name);

ALTER TABLE ONLY public.topics
    ADD CONSTRAINT topics_pkey PRIMARY KEY (id);

CREATE INDEX accounts_by_token ON public.accounts USING btree (token);

CREATE UNIQUE INDEX accounts_email_lower ON public.accounts USING btree (lower((email)::text));

CREATE INDEX accounts_handle_index ON public.accounts USING btree (handle);

CREATE INDEX accounts_team_id_index ON public.accounts USING btree (team_id);

CREATE INDEX links_to_id_index ON public.note_links USING btree (to_id);

CREATE INDEX notes_created_at_index ON public.notes USING btree (created_at);

CREATE INDEX notes_open ON public.notes USING btree (owner_id) WHERE ((state)::text = 'open'::text);

CREATE INDEX notes_owner_id_title_index ON public.notes USING btree (owner_id, heading);

CREATE INDEX topics_created_at_index ON public.topics USING btree (created_at);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_boss_id_foreign FOREIGN KEY (boss_id) REFERENCES public.accounts(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_team_id_foreign FOREIGN KEY (team_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.note_links
    ADD CONSTRAINT links_from_id_foreign FOREIGN KEY (from_id) REFERENCES public.notes(id);

ALTER TABLE ONLY public.note_links
    ADD CONSTRAINT links_to_id_foreign FOREIGN KEY (to_id) REFERENCES public.notes(id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_owner_id_foreign FOREIGN KEY (owner_id) REFERENCES public.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_topic_id_foreign FOREIGN KEY (topic_id) REFERENCES public.topics(id) ON DELETE CASCADE;

