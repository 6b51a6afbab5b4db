
CREATE TABLE public.accounts (
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    changed timestamp without time zone DEFAULT now() NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email_address character varying(200) NOT NULL,
    handle character varying,
    boss_id uuid
);

CREATE TABLE public.notes (
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    changed timestamp without time zone DEFAULT now() NOT NULL,
    id bigint NOT NULL,
    title character varying NOT NULL,
    note_state character varying DEFAULT 'open'::character varying NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    owner_id uuid NOT NULL,
    theme integer,
    editor_id uuid
);

CREATE SEQUENCE public.notes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.notes_id_seq OWNED BY public.notes.id;

CREATE TABLE public.person (
    id integer NOT NULL,
    name character varying NOT NULL,
    type character varying NOT NULL,
    account_id uuid
);

CREATE SEQUENCE public.person_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.person_id_seq OWNED BY public.person.id;

CREATE TABLE public.profile (
    account_id uuid NOT NULL,
    pinned_note_id bigint
);

CREATE TABLE public.topic_links (
    from_topic integer NOT NULL,
    to_topic integer NOT NULL
);

CREATE TABLE public.topics (
    number integer NOT NULL,
    name text NOT NULL
);

CREATE TABLE public.topics_followers_accounts (
    topics_number integer NOT NULL,
    accounts_id uuid NOT NULL
);

CREATE SEQUENCE public.topics_number_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.topics_number_seq OWNED BY public.topics.number;

CREATE TABLE public.vote (
    note_id bigint NOT NULL,
    voter character varying NOT NULL
);

ALTER TABLE ONLY public.notes ALTER COLUMN id SET DEFAULT nextval('public.notes_id_seq'::regclass);

ALTER TABLE ONLY public.person ALTER COLUMN id SET DEFAULT nextval('public.person_id_seq'::regclass);

ALTER TABLE ONLY public.topics ALTER COLUMN number SET DEFAULT nextval('public.topics_number_seq'::regclass);

ALTER TABLE ONLY public.topics_followers_accounts
    ADD CONSTRAINT "PK_333585df10c4fb6ef79bedecfba" PRIMARY KEY (topics_number, accounts_id);

ALTER TABLE ONLY public.topic_links
    ADD CONSTRAINT "PK_54b44cea4b90b3713391307b044" PRIMARY KEY (from_topic, to_topic);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT "PK_5a7a02c20412299d198e097a8fe" PRIMARY KEY (id);

ALTER TABLE ONLY public.person
    ADD CONSTRAINT "PK_5fdaf670315c4b7e70cce85daa3" PRIMARY KEY (id);

ALTER TABLE ONLY public.vote
    ADD CONSTRAINT "PK_8c0f12756db420c073c2584506f" PRIMARY KEY (note_id, voter);

ALTER TABLE ONLY public.profile
    ADD CONSTRAINT "PK_a39874be76793f8a9be22dcf4df" PRIMARY KEY (account_id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT "PK_af6206538ea96c4e77e9f400c3d" PRIMARY KEY (id);

ALTER TABLE ONLY public.topics
    ADD CONSTRAINT "PK_e566d65f8dfdac2c4dfec33b9d8" PRIMARY KEY (number);

ALTER TABLE ONLY public.profile
    ADD CONSTRAINT "REL_5e528f22fa78705265331754c3" UNIQUE (pinned_note_id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT "UQ_8e7f9c4ed6d67d947c51395c592" UNIQUE (email_address);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_once UNIQUE (theme, title);

CREATE INDEX "IDX_359eb8520e0cc17e8600456f7d" ON public.accounts USING btree (created_at);

CREATE INDEX "IDX_3ebc274accdb22f0e9081a91e7" ON public.notes USING btree (theme);

CREATE INDEX "IDX_70b230da01866b2a511b2d659e" ON public.notes USING btree (owner_id, created_at);

CREATE INDEX "IDX_7968479009dcf6ffc61af19ae2" ON public.person USING btree (type);

CREATE INDEX "IDX_a667baf3c19eaa87cc38ea1870" ON public.topics_followers_accounts USING btree (topics_number);

CREATE INDEX "IDX_c21208f7848b4a379eb2e6dfe4" ON public.topic_links USING btree (to_topic);

CREATE INDEX "IDX_caabf1307f32506a99d9d11507" ON public.topic_links USING btree (from_topic);

CREATE INDEX "IDX_dbce6b4d816c29057e1d7280e2" ON public.topics_followers_accounts USING btree (accounts_id);

CREATE INDEX "IDX_def4674be2d6ae6b8496cb1c3e" ON public.notes USING btree (created_at);

CREATE UNIQUE INDEX "IDX_ea39eaf2e1c400d4927e8ac9a1" ON public.accounts USING btree (handle) WHERE (handle IS NOT NULL);

CREATE UNIQUE INDEX notes_title_state ON public.notes USING btree (title, note_state);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT "FK_210a20a8f563873ac8c4d68860e" FOREIGN KEY (boss_id) REFERENCES public.accounts(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.person
    ADD CONSTRAINT "FK_31a014bb67020155ba0aaa6f94a" FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT "FK_3ebc274accdb22f0e9081a91e70" FOREIGN KEY (theme) REFERENCES public.topics(number);

ALTER TABLE ONLY public.profile
    ADD CONSTRAINT "FK_5e528f22fa78705265331754c37" FOREIGN KEY (pinned_note_id) REFERENCES public.notes(id);

ALTER TABLE ONLY public.vote
    ADD CONSTRAINT "FK_6656a6a2a1d7b02bf4603b58017" FOREIGN KEY (note_id) REFERENCES public.notes(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.profile
    ADD CONSTRAINT "FK_a39874be76793f8a9be22dcf4df" FOREIGN KEY (account_id) REFERENCES public.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.topics_followers_accounts
    ADD CONSTRAINT "FK_a667baf3c19eaa87cc38ea1870d" FOREIGN KEY (topics_number) REFERENCES public.topics(number) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY public.topic_links
    ADD CONSTRAINT "FK_c21208f7848b4a379eb2e6dfe4a" FOREIGN KEY (to_topic) REFERENCES public.topics(number) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY public.topic_links
    ADD CONSTRAINT "FK_caabf1307f32506a99d9d115074" FOREIGN KEY (from_topic) REFERENCES public.topics(number) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY public.topics_followers_accounts
    ADD CONSTRAINT "FK_dbce6b4d816c29057e1d7280e2f" FOREIGN KEY (accounts_id) REFERENCES public.accounts(id) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT "FK_f9e103f8ae67cb1787063597925" FOREIGN KEY (owner_id) REFERENCES public.accounts(id) ON DELETE CASCADE;

