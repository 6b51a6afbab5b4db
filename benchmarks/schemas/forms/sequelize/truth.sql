
CREATE TABLE public."Accounts" (
    id integer NOT NULL,
    email character varying(255) NOT NULL,
    "bossId" integer,
    "createdAt" timestamp with time zone NOT NULL,
    "updatedAt" timestamp with time zone NOT NULL
);

CREATE SEQUENCE public."Accounts_id_seq"
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public."Accounts_id_seq" OWNED BY public."Accounts".id;

CREATE TABLE public.categories (
    id integer NOT NULL,
    display_name character varying(255),
    note_id uuid
);

CREATE SEQUENCE public.categories_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.categories_id_seq OWNED BY public.categories.id;

CREATE TABLE public.notes (
    id uuid NOT NULL,
    title text,
    note_state character varying(255),
    "createdAt" timestamp with time zone NOT NULL,
    "updatedAt" timestamp with time zone NOT NULL,
    "deletedAt" timestamp with time zone,
    "ownerId" integer,
    "editorId" integer
);

CREATE TABLE public.settings (
    id integer NOT NULL,
    name character varying(255),
    "accountId" integer NOT NULL
);

CREATE SEQUENCE public.settings_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.settings_id_seq OWNED BY public.settings.id;

ALTER TABLE ONLY public."Accounts" ALTER COLUMN id SET DEFAULT nextval('public."Accounts_id_seq"'::regclass);

ALTER TABLE ONLY public.categories ALTER COLUMN id SET DEFAULT nextval('public.categories_id_seq'::regclass);

ALTER TABLE ONLY public.settings ALTER COLUMN id SET DEFAULT nextval('public.settings_id_seq'::regclass);

ALTER TABLE ONLY public."Accounts"
    ADD CONSTRAINT "Accounts_email_key" UNIQUE (email);

ALTER TABLE ONLY public."Accounts"
    ADD CONSTRAINT "Accounts_pkey" PRIMARY KEY (id);

ALTER TABLE ONLY public.categories
    ADD CONSTRAINT categories_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT settings_pkey PRIMARY KEY (id);

CREATE INDEX categories_note_id ON public.categories USING btree (note_id);

CREATE UNIQUE INDEX note_title ON public.notes USING btree (title);

CREATE INDEX notes_created_at ON public.notes USING btree ("createdAt" DESC) WHERE ("deletedAt" IS NULL);

CREATE INDEX notes_owner_id_title ON public.notes USING btree ("ownerId", title);

ALTER TABLE ONLY public."Accounts"
    ADD CONSTRAINT "Accounts_bossId_fkey" FOREIGN KEY ("bossId") REFERENCES public."Accounts"(id);

ALTER TABLE ONLY public.categories
    ADD CONSTRAINT categories_note_id_fkey FOREIGN KEY (note_id) REFERENCES public.notes(id) ON UPDATE CASCADE;

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT "notes_editorId_fkey" FOREIGN KEY ("editorId") REFERENCES public."Accounts"(id) ON UPDATE CASCADE ON DELETE SET NULL;

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT "notes_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES public."Accounts"(id) ON UPDATE CASCADE ON DELETE CASCADE;

ALTER TABLE ONLY public.settings
    ADD CONSTRAINT "settings_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES public."Accounts"(id) ON UPDATE CASCADE ON DELETE CASCADE;

