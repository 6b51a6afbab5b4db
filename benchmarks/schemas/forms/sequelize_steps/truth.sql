
CREATE TABLE public.accounts (
    id integer NOT NULL,
    email character varying(255) NOT NULL,
    handle character varying(255),
    boss_id integer,
    "createdAt" timestamp with time zone NOT NULL
);

CREATE SEQUENCE public.accounts_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.accounts_id_seq OWNED BY public.accounts.id;

CREATE TABLE public.notes (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    "ownerId" integer NOT NULL,
    heading text NOT NULL,
    state character varying(255),
    "topicId" integer,
    "kindId" integer
);

CREATE TABLE public.themes (
    id integer CONSTRAINT topics_id_not_null NOT NULL
);

ALTER TABLE ONLY public.accounts ALTER COLUMN id SET DEFAULT nextval('public.accounts_id_seq'::regclass);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_email_key UNIQUE (email);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_handle_uk UNIQUE (handle);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT "notes_kindId_key" UNIQUE ("kindId");

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.themes
    ADD CONSTRAINT topics_pkey PRIMARY KEY (id);

CREATE INDEX accounts_email_id ON public.accounts USING btree (email, id);

CREATE INDEX accounts_handle_id ON public.accounts USING btree (handle, id);

CREATE INDEX notes_lower ON public.notes USING btree (lower(heading));

CREATE UNIQUE INDEX notes_title ON public.notes USING btree (heading, state);

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_boss_id_fkey FOREIGN KEY (boss_id) REFERENCES public.accounts(id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_kind FOREIGN KEY ("kindId") REFERENCES public.themes(id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT "notes_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES public.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT "notes_topicId_fkey" FOREIGN KEY ("topicId") REFERENCES public.themes(id);

