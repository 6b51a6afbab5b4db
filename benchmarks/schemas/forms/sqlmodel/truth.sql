
CREATE TABLE public.account (
    email character varying(255) NOT NULL,
    is_active boolean NOT NULL,
    full_name character varying(255),
    id uuid NOT NULL,
    hashed_password character varying NOT NULL,
    boss_id uuid
);

CREATE TABLE public.notes (
    id integer NOT NULL,
    title character varying NOT NULL,
    body text,
    owner_id uuid NOT NULL,
    topic_id integer,
    editor_id uuid,
    created_at timestamp with time zone NOT NULL
);

CREATE SEQUENCE public.notes_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.notes_id_seq OWNED BY public.notes.id;

CREATE TABLE public.topic (
    id integer NOT NULL,
    name character varying NOT NULL
);

CREATE SEQUENCE public.topic_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.topic_id_seq OWNED BY public.topic.id;

CREATE TABLE public.topiclink (
    topic_id integer NOT NULL,
    note_id integer NOT NULL
);

ALTER TABLE ONLY public.notes ALTER COLUMN id SET DEFAULT nextval('public.notes_id_seq'::regclass);

ALTER TABLE ONLY public.topic ALTER COLUMN id SET DEFAULT nextval('public.topic_id_seq'::regclass);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT one_title UNIQUE (owner_id, title);

ALTER TABLE ONLY public.topic
    ADD CONSTRAINT topic_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.topiclink
    ADD CONSTRAINT topiclink_pkey PRIMARY KEY (topic_id, note_id);

CREATE UNIQUE INDEX ix_account_email ON public.account USING btree (email);

CREATE INDEX ix_notes_editor_id ON public.notes USING btree (editor_id);

CREATE INDEX ix_notes_recent ON public.notes USING btree (owner_id, created_at);

CREATE INDEX ix_notes_topic_id ON public.notes USING btree (topic_id);

CREATE INDEX ix_topic_name ON public.topic USING btree (name);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_boss_id_fkey FOREIGN KEY (boss_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_editor_id_fkey FOREIGN KEY (editor_id) REFERENCES public.account(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.account(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_topic_id_fkey FOREIGN KEY (topic_id) REFERENCES public.topic(id);

ALTER TABLE ONLY public.topiclink
    ADD CONSTRAINT topiclink_note_id_fkey FOREIGN KEY (note_id) REFERENCES public.notes(id);

ALTER TABLE ONLY public.topiclink
    ADD CONSTRAINT topiclink_topic_id_fkey FOREIGN KEY (topic_id) REFERENCES public.topic(id);

