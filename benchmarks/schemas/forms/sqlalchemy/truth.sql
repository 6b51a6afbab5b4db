
CREATE SCHEMA history;

CREATE TABLE history.versions (
    note_id integer NOT NULL,
    number integer NOT NULL,
    setting_account integer,
    setting_name character varying
);

CREATE TABLE public.accounts (
    id integer NOT NULL,
    email character varying(200) NOT NULL,
    handle character varying NOT NULL,
    kind character varying NOT NULL,
    boss_id integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    maker_id integer
);

CREATE SEQUENCE public.accounts_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.accounts_id_seq OWNED BY public.accounts.id;

CREATE TABLE public.note_links (
    source_id integer NOT NULL,
    target_id integer NOT NULL,
    label character varying,
    version_note integer,
    version_number integer
);

CREATE TABLE public.notes (
    id integer NOT NULL,
    title character varying(80) NOT NULL,
    done_at timestamp without time zone,
    tags text[],
    account_email character varying(200),
    owner_id integer NOT NULL,
    editor_id integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.notes IS 'what people write';

CREATE SEQUENCE public.notes_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.notes_id_seq OWNED BY public.notes.id;

CREATE TABLE public.staff (
    id integer NOT NULL,
    room_number character varying
);

CREATE TABLE public.user_setting (
    account_id integer NOT NULL,
    name character varying NOT NULL,
    changed timestamp without time zone
);

ALTER TABLE ONLY public.accounts ALTER COLUMN id SET DEFAULT nextval('public.accounts_id_seq'::regclass);

ALTER TABLE ONLY public.notes ALTER COLUMN id SET DEFAULT nextval('public.notes_id_seq'::regclass);

ALTER TABLE ONLY history.versions
    ADD CONSTRAINT pk_versions PRIMARY KEY (note_id, number);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT one_title UNIQUE (title, owner_id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (id);

ALTER TABLE ONLY public.note_links
    ADD CONSTRAINT pk_note_links PRIMARY KEY (source_id, target_id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT pk_notes PRIMARY KEY (id);

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT pk_staff PRIMARY KEY (id);

ALTER TABLE ONLY public.user_setting
    ADD CONSTRAINT pk_user_setting PRIMARY KEY (account_id, name);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT uq_accounts_handle UNIQUE (handle);

ALTER TABLE ONLY public.note_links
    ADD CONSTRAINT uq_note_links_label UNIQUE (label);

CREATE INDEX ix_accounts_created_at ON public.accounts USING btree (created_at);

CREATE UNIQUE INDEX ix_accounts_email ON public.accounts USING btree (email);

CREATE INDEX ix_accounts_kind_created ON public.accounts USING btree (kind, created_at DESC);

CREATE INDEX ix_accounts_maker_id ON public.accounts USING btree (maker_id);

CREATE INDEX ix_note_links_label_lower ON public.note_links USING btree (lower((label)::text));

CREATE INDEX ix_note_links_target_id ON public.note_links USING btree (target_id);

CREATE INDEX ix_notes_created_at ON public.notes USING btree (created_at);

CREATE INDEX ix_notes_open ON public.notes USING btree (title) WHERE (done_at IS NULL);

CREATE INDEX ix_notes_owner_id ON public.notes USING btree (owner_id);

CREATE INDEX ix_notes_owner_recent ON public.notes USING btree (owner_id, created_at DESC);

CREATE INDEX ix_notes_tags ON public.notes USING gin (tags);

CREATE UNIQUE INDEX ix_notes_title_lower ON public.notes USING btree (lower((title)::text));

ALTER TABLE ONLY history.versions
    ADD CONSTRAINT fk_versions_note_id_notes FOREIGN KEY (note_id) REFERENCES public.notes(id);

ALTER TABLE ONLY history.versions
    ADD CONSTRAINT fk_versions_setting_account_user_setting FOREIGN KEY (setting_account, setting_name) REFERENCES public.user_setting(account_id, name);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT fk_accounts_boss_id_accounts FOREIGN KEY (boss_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT fk_accounts_maker_id_accounts FOREIGN KEY (maker_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.note_links
    ADD CONSTRAINT fk_note_links_source_id_notes FOREIGN KEY (source_id) REFERENCES public.notes(id);

ALTER TABLE ONLY public.note_links
    ADD CONSTRAINT fk_note_links_target_id_notes FOREIGN KEY (target_id) REFERENCES public.notes(id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT fk_notes_account_email_accounts FOREIGN KEY (account_email) REFERENCES public.accounts(email);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT fk_notes_editor_id_accounts FOREIGN KEY (editor_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT fk_notes_owner_id_accounts FOREIGN KEY (owner_id) REFERENCES public.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.staff
    ADD CONSTRAINT fk_staff_id_accounts FOREIGN KEY (id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.user_setting
    ADD CONSTRAINT fk_user_setting_account_id_accounts FOREIGN KEY (account_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.note_links
    ADD CONSTRAINT fk_version FOREIGN KEY (version_note, version_number) REFERENCES history.versions(note_id, number);

