-- Ids compare bytewise, as in Java: ${bytewise} is the collation that does it on this database.
-- There are no foreign keys: every row of a channel is written under the lock on the channel's own row, nothing
-- that others refer to is ever deleted, and a key check would lock that row once more for each event.

create table touchline_epoch (
  id varchar(36) primary key
);
insert into touchline_epoch (id) values ('${epoch}');

create table touchline_channel (
  id               varchar(64) ${bytewise} primary key,
  name             varchar,
  maker            varchar(64) ${bytewise} not null,
  created_at       timestamp(3) with time zone not null,
  last_sequence    bigint not null,
  -- the sequence of the latest event that changed who takes part
  members_version  bigint not null,
  last_activity_at timestamp(3) with time zone not null,
  -- of the latest message, which the next event's skip_to is made of
  last_message     bigint,
  last_sender      varchar(64) ${bytewise},
  last_skip_to     bigint
);

-- One row a period of membership; both sequences are part of it, and the last is null while it is open.
create table touchline_participant (
  channel        varchar(64) ${bytewise} not null,
  user_id        varchar(64) ${bytewise} not null,
  first_sequence bigint not null,
  last_sequence  bigint,
  joined_at      timestamp(3) with time zone not null,
  primary key (channel, user_id, first_sequence)
);
create index touchline_participant_user on touchline_participant (user_id, channel);

-- How far each user is, in numbers that only grow; made when a user first joins and never deleted.
create table touchline_marks (
  channel      varchar(64) ${bytewise} not null,
  user_id      varchar(64) ${bytewise} not null,
  delivered_to bigint default 0 not null,
  read_to      bigint default 0 not null,
  -- settled up to there without a receipt, why, and when
  ended_to     bigint default 0 not null,
  end_reason   smallint,
  ended_at     timestamp(3) with time zone,
  -- announced to his devices up to there
  pushed_to    bigint default 0 not null,
  muted_until  timestamp(3) with time zone,
  primary key (channel, user_id)
);

create table touchline_event (
  channel           varchar(64) ${bytewise} not null,
  sequence          bigint not null,
  type              smallint not null,
  sender            varchar(64) ${bytewise} not null,
  created_at        timestamp(3) with time zone not null,
  -- of a message or its edit; the name, of a channel made or renamed
  content           varchar,
  client_message_id varchar(64) ${bytewise},
  -- the id is ours and is not shown
  generated         boolean default false not null,
  -- the message that is edited or deleted
  target            bigint,
  -- of a message, its latest edit or its deletion
  changed_by        bigint,
  -- who joined or left
  subject           varchar(64) ${bytewise},
  -- of a channel made: the first of them, separated by spaces, and how many there are
  participants      varchar(4000),
  participant_count integer,
  -- of a message, when its latest edit was made
  edited_at         timestamp(3) with time zone,
  deleted           boolean default false not null,
  -- SHA-256 of what a message said at first, in hexadecimal, once it says something else
  original_hash     varchar(64),
  -- where it goes on for who counts messages backwards and not this one: of a message, the latest one before it by
  -- somebody else; of any other event, the latest message before it
  skip_to           bigint,
  primary key (channel, sequence),
  -- not by channel first: on a database without statistics the primary key would look as good for finding a repeat,
  -- and a statement planned then would read the whole channel for each message
  constraint touchline_event_repeat unique (sender, client_message_id, channel)
);

-- What gives a channel its name: who left sees the one of that time. H2 has no partial index, and one of all events
-- would cost every message more than who left is worth there.
${partial}create index touchline_event_name on touchline_event (channel, sequence) where type in (1, 7);

-- A channel is here while anything in it may be unsettled for anybody.
create table touchline_owed (
  channel       varchar(64) ${bytewise} primary key,
  from_sequence bigint not null,
  owner         varchar(64) not null,
  fence         bigint not null,
  lease_until   timestamp with time zone not null,
  -- how often a holder's lease ended since one last settled
  attempts      integer default 0 not null,
  owed_since    timestamp with time zone not null
);
create index touchline_owed_age on touchline_owed (owed_since, channel);

create table touchline_device (
  user_id       varchar(64) ${bytewise} not null,
  id            varchar(64) ${bytewise} not null,
  platform      varchar(16) not null,
  token         varchar(4096) not null,
  -- SHA-256 in hexadecimal: the token itself may be longer than an index takes
  token_hash    varchar(64) not null,
  registered_at timestamp with time zone not null,
  primary key (user_id, id),
  constraint touchline_device_token unique (token_hash)
);

-- When each user last did something, to about a minute.
create table touchline_seen (
  user_id varchar(64) ${bytewise} primary key,
  seen_at timestamp(3) with time zone not null
);

-- Whose connections an administrator closed: tokens that were issued before are worth nothing.
create table touchline_revoked (
  user_id    varchar(64) ${bytewise} primary key,
  revoked_at timestamp with time zone not null
);
create index touchline_revoked_at on touchline_revoked (revoked_at);
