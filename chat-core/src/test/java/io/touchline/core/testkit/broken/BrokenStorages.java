package io.touchline.core.testkit.broken;

import static java.util.Objects.requireNonNull;

import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.model.CatchUp;
import io.touchline.core.model.Channel;
import io.touchline.core.model.ChannelId;
import io.touchline.core.model.DeliveryState;
import io.touchline.core.model.DeliveryState.Reason;
import io.touchline.core.model.DeliveryState.State;
import io.touchline.core.model.Device;
import io.touchline.core.model.Event;
import io.touchline.core.model.LogPage;
import io.touchline.core.model.Marks;
import io.touchline.core.model.Members;
import io.touchline.core.model.Page;
import io.touchline.core.model.Participant;
import io.touchline.core.model.Period;
import io.touchline.core.model.Receipt;
import io.touchline.core.model.UserId;
import io.touchline.core.port.AppendResult;
import io.touchline.core.port.ChannelDirectory;
import io.touchline.core.port.DeliveryLedger;
import io.touchline.core.port.DeliveryLedger.Claim;
import io.touchline.core.port.DeliveryLedger.End;
import io.touchline.core.port.DeliveryLedger.Moved;
import io.touchline.core.port.DeliveryLedger.Settlement;
import io.touchline.core.port.DeliveryLedger.Unsettled;
import io.touchline.core.port.DeviceStore;
import io.touchline.core.port.Draft;
import io.touchline.core.port.Draft.Delete;
import io.touchline.core.port.Draft.Edit;
import io.touchline.core.port.Draft.Send;
import io.touchline.core.port.MessageStore;
import io.touchline.core.port.UserStore;
import io.touchline.core.testkit.StorageUnderTest;
import java.text.Normalizer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Storages with one defect each, such as adapters really have. Each method makes one for one test; it is put around
 * every API node of that test.
 */
final class BrokenStorages {
    private BrokenStorages() {}

    // ---- MessageStore

    static UnaryOperator<StorageUnderTest> sendsRepeatsAgain() {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        return drafts(draft -> {
            if (draft instanceof Send send
                    && !seen.add(send.channel() + " " + send.sender() + " " + send.clientMessageId())) {
                String other = UUID.randomUUID().toString();
                return new Send(send.channel(), send.sender(), send.at(), send.content(), other, send.generated());
            }
            return draft;
        });
    }

    static UnaryOperator<StorageUnderTest> normalizesContent() {
        return drafts(draft -> {
            if (draft instanceof Send send) {
                String content = Normalizer.normalize(send.content(), Normalizer.Form.NFC);
                return new Send(
                        send.channel(), send.sender(), send.at(), content, send.clientMessageId(), send.generated());
            }
            return draft;
        });
    }

    /** A refused message takes a place in the log. */
    static UnaryOperator<StorageUnderTest> spendsSequencesOnWhatIsRefused() {
        return messages("append", (store, sound, given) -> {
            List<AppendResult> results = new ArrayList<>();
            for (Object draft : (List<?>) given[0]) {
                AppendResult result = (AppendResult) ((List<?>) sound.answer(List.of(draft), given[1])).get(0);
                if (result instanceof AppendResult.Refused && draft instanceof Send send) {
                    for (UserId member : present(store, send.channel())) {
                        String id = UUID.randomUUID().toString();
                        sound.answer(
                                List.of(new Send(send.channel(), member, send.at(), "gap", id, true)), Duration.ZERO);
                        break;
                    }
                }
                results.add(result);
            }
            return results;
        });
    }

    static UnaryOperator<StorageUnderTest> takesAnyChannelForTheSame() {
        return messages(
                "append",
                (store, sound, given) -> ((List<?>) sound.answer(given))
                        .stream()
                                .map(result ->
                                        result.equals(new AppendResult.Refused(AppendResult.Reason.CHANNEL_EXISTS))
                                                ? new AppendResult.Unchanged()
                                                : result)
                                .toList());
    }

    static UnaryOperator<StorageUnderTest> showsTheWholeLogToWhoeverWasIn() {
        return messages("events", (store, sound, given) -> {
            Optional<?> own = (Optional<?>) sound.answer(given);
            List<UserId> present = present(store, (ChannelId) given[0]);
            return own.isEmpty() || present.isEmpty()
                    ? own
                    : sound.answer(given[0], present.get(0), given[2], given[3]);
        });
    }

    static UnaryOperator<StorageUnderTest> makesPagesOneTooLong() {
        return messages(
                "events", (store, sound, given) -> sound.answer(given[0], given[1], given[2], (int) given[3] + 1));
    }

    static UnaryOperator<StorageUnderTest> includesTheMessageBeforeWhichToEnd() {
        return messages("messages", (store, sound, given) -> {
            long before = (long) given[2];
            return sound.answer(given[0], given[1], before == Long.MAX_VALUE ? before : before + 1, given[3]);
        });
    }

    /** As if every sender were one. */
    static UnaryOperator<StorageUnderTest> takesEverybodyForAnAdministrator() {
        return drafts(draft -> draft instanceof Delete delete
                ? new Delete(delete.channel(), delete.sender(), delete.at(), delete.target(), true)
                : draft);
    }

    /** A deletion that is one more edit: the message can still be edited, and shows what it was. */
    static UnaryOperator<StorageUnderTest> deletesByEditing() {
        return drafts(draft -> draft instanceof Delete delete
                ? new Edit(delete.channel(), delete.sender(), delete.at(), delete.target(), "-")
                : draft);
    }

    static UnaryOperator<StorageUnderTest> keepsEveryEdit() {
        return messages(
                "events",
                (store, sound, given) -> ((Optional<?>) sound.answer(given)).map(each -> {
                    LogPage page = (LogPage) each;
                    return new LogPage(
                            page.items().stream().map(BrokenStorages::filled).toList(), page.lastSequence());
                }));
    }

    private static Event filled(Event event) {
        Event.Body body = event.body() instanceof Event.MessageEdited edited && edited.content() == null
                ? new Event.MessageEdited(edited.target(), "what it was")
                : event.body();
        return new Event(event.channel(), event.sequence(), event.sender(), event.createdAt(), body);
    }

    static UnaryOperator<StorageUnderTest> tellsTheLengthOfTheLogAsVersion() {
        return messages("members", (store, sound, given) -> {
            Map<ChannelId, Members> found = new HashMap<>();
            ((Map<?, ?>) sound.answer(given)).forEach((id, each) -> {
                Members members = (Members) each;
                ChannelId channel = (ChannelId) id;
                UserId reader = members.periods().get(0).user();
                long length = store.events(channel, reader, 0, 1).orElseThrow().lastSequence();
                found.put(channel, new Members(length, members.periods()));
            });
            return found;
        });
    }

    static UnaryOperator<StorageUnderTest> forgetsWhatWasLeft() {
        return catchUp(all -> new CatchUp(all.events(), all.heads(), List.of(), all.epoch(), all.more()));
    }

    static UnaryOperator<StorageUnderTest> changesItsEpoch() {
        return catchUp(all -> new CatchUp(
                all.events(), all.heads(), all.left(), UUID.randomUUID().toString(), all.more()));
    }

    static UnaryOperator<StorageUnderTest> neverTellsThatThereIsMore() {
        return catchUp(all -> new CatchUp(all.events(), all.heads(), all.left(), all.epoch(), false));
    }

    // ---- ChannelDirectory

    static UnaryOperator<StorageUnderTest> showsLeaversTheChannelOfNow() {
        return storage -> channels(storage, "channel", (sound, given) -> {
            Optional<?> own = (Optional<?>) sound.answer(given);
            List<UserId> present = present(storage.messages(), (ChannelId) given[1]);
            if (own.isEmpty() || present.isEmpty()) {
                return own;
            }
            Channel then = (Channel) own.get();
            Channel now = (Channel) ((Optional<?>) sound.answer(present.get(0), given[1])).orElseThrow();
            return Optional.of(new Channel(
                    then.id(),
                    now.name(),
                    then.createdAt(),
                    then.firstSequence(),
                    then.lastSequence(),
                    then.read(),
                    then.unread(),
                    now.participantCount(),
                    then.lastMessage(),
                    then.mutedUntil()));
        });
    }

    /** Whoever has since written that much himself has nothing unread. */
    static UnaryOperator<StorageUnderTest> looksForUnreadAmongTheNewestAlone() {
        return storage -> channels(
                storage,
                "unread",
                (sound, given) -> ((Map<?, ?>) sound.answer(given))
                        .entrySet().stream()
                                .filter(total ->
                                        storage
                                                .channels()
                                                .channels((UserId) total.getKey(), null, 10_000)
                                                .items()
                                                .stream()
                                                .anyMatch(seen ->
                                                        hasUnread((UserId) total.getKey(), seen, storage.messages())))
                                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private static boolean hasUnread(UserId reader, Channel channel, MessageStore store) {
        return store.messages(channel.id(), reader, Long.MAX_VALUE, 5_000).orElseThrow().items().stream()
                .anyMatch(message ->
                        message.sequence() > channel.read() && !message.sender().equals(reader));
    }

    static UnaryOperator<StorageUnderTest> pagesChannelsByTheirNumber() {
        return storage -> channels(storage, "channels", (sound, given) -> {
            Page<?> all = (Page<?>) sound.answer(given[0], null, 10_000);
            int first = given[1] == null ? 0 : Integer.parseInt((String) given[1]);
            int end = Math.min(first + (int) given[2], all.items().size());
            return new Page<>(
                    all.items().subList(first, end), end == all.items().size() ? null : Integer.toString(end));
        });
    }

    static UnaryOperator<StorageUnderTest> endsWithAnEmptyPage() {
        return storage -> channels(storage, "participants", (sound, given) -> {
            Optional<?> found = (Optional<?>) sound.answer(given);
            return found.map(page -> {
                List<?> items = ((Page<?>) page).items();
                boolean full = items.size() == (int) given[3];
                return new Page<>(items, full ? lastUser(items) : null);
            });
        });
    }

    static UnaryOperator<StorageUnderTest> tellsOfWhoIsThereNow() {
        return deliveries((storage, given, all) -> {
            List<UserId> present = present(storage.messages(), (ChannelId) given[0]);
            return all.stream().filter(one -> present.contains(one.user())).toList();
        });
    }

    /** Looks at the sequence alone, as if whoever was ever in might read everything. */
    static UnaryOperator<StorageUnderTest> tellsWhoeverWasIn() {
        return storage -> channels(storage, "deliveries", (sound, given) -> {
            boolean wasIn = storage.channels()
                    .channel((UserId) given[2], (ChannelId) given[0])
                    .isPresent();
            List<UserId> present = present(storage.messages(), (ChannelId) given[0]);
            return wasIn && !present.isEmpty()
                    ? sound.answer(given[0], given[1], present.get(0), given[3], given[4])
                    : sound.answer(given);
        });
    }

    static UnaryOperator<StorageUnderTest> tellsOfWhatIsNoMessage() {
        return storage -> channels(storage, "deliveries", (sound, given) -> {
            Optional<?> found = (Optional<?>) sound.answer(given);
            long before = (long) given[1] - 1;
            boolean readable = storage.messages()
                    .events((ChannelId) given[0], (UserId) given[2], before, 1)
                    .filter(log -> log.items().stream().anyMatch(event -> event.sequence() == before + 1))
                    .isPresent();
            return found.isEmpty() && readable ? Optional.of(new Page<>(List.of(), null)) : found;
        });
    }

    /** Looks at the end first. */
    static UnaryOperator<StorageUnderTest> takesAPushForMoreThanAReceipt() {
        Map<UserId, Long> pushed = new ConcurrentHashMap<>();
        return storage -> deliveries((sound, given, all) -> all.stream()
                        .map(one -> (long) given[1] <= pushed.getOrDefault(one.user(), 0L)
                                        && one.state() != State.PENDING
                                        && one.at() == null
                                ? new DeliveryState(one.user(), State.PUSHED, null, Instant.EPOCH)
                                : one)
                        .toList())
                .apply(watchingEnds(storage, End.PUSHED, pushed));
    }

    /** Forgets at once why and when the messages before ended. */
    static UnaryOperator<StorageUnderTest> letsWhatIsLeftToSyncHideWhatWasBefore() {
        Map<UserId, Long> left = new ConcurrentHashMap<>();
        return storage -> deliveries((sound, given, all) -> all.stream()
                        .map(one -> (long) given[1] <= left.getOrDefault(one.user(), 0L)
                                ? new DeliveryState(one.user(), State.PENDING, Reason.WAITING, null)
                                : one)
                        .toList())
                .apply(watchingEnds(storage, End.LEFT_TO_SYNC, left));
    }

    /** Takes note of how far ends of one kind go. */
    private static StorageUnderTest watchingEnds(StorageUnderTest storage, End kind, Map<UserId, Long> ends) {
        return ledger(storage, "end", (sound, given) -> {
            for (Object each : (Collection<?>) given[0]) {
                Settlement ended = (Settlement) each;
                if (ended.end() == kind) {
                    ends.merge(ended.user(), ended.upTo(), Math::max);
                }
            }
            return sound.answer(given);
        });
    }

    static UnaryOperator<StorageUnderTest> endsDeliveriesWithAnEmptyPage() {
        return storage -> channels(storage, "deliveries", (sound, given) -> {
            Optional<?> found = (Optional<?>) sound.answer(given);
            return found.map(page -> {
                List<?> items = ((Page<?>) page).items();
                boolean full = items.size() == (int) given[4];
                return new Page<>(
                        items,
                        full
                                ? ((DeliveryState) items.get(items.size() - 1))
                                        .user()
                                        .value()
                                : null);
            });
        });
    }

    // ---- DeliveryLedger

    static UnaryOperator<StorageUnderTest> answersReceiptsAsTheyCame() {
        return storage -> ledger(storage, "acknowledge", (sound, given) -> {
            sound.answer(given);
            List<Moved> moved = new ArrayList<>();
            for (Object each : (Collection<?>) given[0]) {
                Receipt receipt = (Receipt) each;
                Marks marks = new Marks(receipt.channel(), receipt.user(), receipt.delivered(), receipt.read());
                moved.add(new Moved(marks, false));
            }
            return moved;
        });
    }

    /** Whatever is read, as if something had been announced. */
    static UnaryOperator<StorageUnderTest> takesEveryReadingForOvertaking() {
        return storage -> ledger(
                storage,
                "acknowledge",
                (sound, given) -> ((List<?>) sound.answer(given))
                        .stream()
                                .map(each -> ((Moved) each).marks())
                                .map(marks -> new Moved(marks, marks.read() > 0))
                                .toList());
    }

    /** As if a mute had no end. */
    static UnaryOperator<StorageUnderTest> neverEndsAMute() {
        return storage -> channels(
                storage,
                "mute",
                (sound, given) -> sound.answer(given[0], given[1], given[2] == null ? null : Channel.FOR_EVER));
    }

    /** Adds up what each channel shows, without an end. */
    static UnaryOperator<StorageUnderTest> totalsWithoutACap() {
        return storage -> channels(storage, "unread", (sound, given) -> {
            Map<UserId, Integer> totals = new HashMap<>();
            for (Object user : (Collection<?>) given[0]) {
                int total = storage.channels().channels((UserId) user, null, 10_000).items().stream()
                        .mapToInt(Channel::unread)
                        .sum();
                if (total > 0) {
                    totals.put((UserId) user, total);
                }
            }
            return totals;
        });
    }

    /** Ends whatever is open before it looks whether something is. */
    static UnaryOperator<StorageUnderTest> stopsOwingInAnyCase() {
        return storage -> ledger(storage, "settle", (sound, given) -> {
            for (Object each : (Collection<?>) given[0]) {
                Claim claim = (Claim) each;
                List<Settlement> all = storage.ledger().unsettled(claim, null, 10_000).stream()
                        .map((Unsettled u) -> new Settlement(claim, u.user(), u.last(), End.TAKEN))
                        .toList();
                storage.ledger().end(all);
            }
            return sound.answer(given);
        });
    }

    static UnaryOperator<StorageUnderTest> ignoresFencesOfEnds() {
        Map<ChannelId, Claim> current = new ConcurrentHashMap<>();
        return storage -> ledger(
                watched(storage, current),
                "end",
                (sound, given) -> sound.answer(((Collection<?>) given[0])
                        .stream()
                                .map(Settlement.class::cast)
                                .map(end -> new Settlement(
                                        requireNonNull(current.get(end.channel())), end.user(), end.upTo(), end.end()))
                                .toList()));
    }

    static UnaryOperator<StorageUnderTest> ignoresFencesOfSettling() {
        Map<ChannelId, Claim> current = new ConcurrentHashMap<>();
        return storage -> ledger(
                watched(storage, current),
                "settle",
                (sound, given) -> sound.answer(((Collection<?>) given[0])
                        .stream()
                                .map(claim -> current.get(((Claim) claim).channel()))
                                .toList()));
    }

    /** Takes note of the latest claim of each channel. */
    private static StorageUnderTest watched(StorageUnderTest storage, Map<ChannelId, Claim> current) {
        return ledger(storage, "claim", (sound, given) -> {
            List<?> claims = (List<?>) sound.answer(given);
            claims.forEach(claim -> current.put(((Claim) claim).channel(), (Claim) claim));
            return claims;
        });
    }

    static UnaryOperator<StorageUnderTest> claimsForAllNodesAtOnce() {
        AtomicReference<DeliveryLedger> first = new AtomicReference<>();
        return storage -> {
            first.compareAndSet(null, storage.ledger());
            return ledger(storage, "claim", (sound, given) -> first.get().claim((int) given[0]));
        };
    }

    static UnaryOperator<StorageUnderTest> countsNoAttempts() {
        return storage -> ledger(
                storage,
                "claim",
                (sound, given) -> ((List<?>) sound.answer(given))
                        .stream()
                                .map(Claim.class::cast)
                                .map(claim -> new Claim(claim.channel(), claim.from(), claim.last(), claim.fence(), 0))
                                .toList());
    }

    static UnaryOperator<StorageUnderTest> keepsWhatItHandsOver() {
        return storage -> ledger(storage, "handOver", (sound, given) -> null);
    }

    static UnaryOperator<StorageUnderTest> pagesTheUnsettledFromTheLastOne() {
        return storage -> ledger(storage, "unsettled", (sound, given) -> {
            List<Object> found = new ArrayList<>();
            for (Object each : (List<?>) sound.answer(given[0], null, 10_000)) {
                UserId user = ((Unsettled) each).user();
                if ((given[1] == null || user.compareTo((UserId) given[1]) >= 0) && found.size() < (int) given[2]) {
                    found.add(each);
                }
            }
            return given[1] != null && found.size() == 1 ? List.of() : found;
        });
    }

    // ---- DeviceStore

    /** Each user's devices know nothing of the others'. */
    static UnaryOperator<StorageUnderTest> leavesTokensWithTheirEarlierOwners() {
        Map<UserId, DeviceStore> stores = new ConcurrentHashMap<>();
        Function<UserId, DeviceStore> own =
                user -> stores.computeIfAbsent(user, u -> new InMemoryStorage(Clock.systemUTC()).devices());
        return storage -> {
            StorageUnderTest registering = devices(storage, "register", (sound, given) -> {
                own.apply(((Device) given[0]).user()).register((Device) given[0]);
                return null;
            });
            StorageUnderTest removing = devices(registering, "remove", (sound, given) -> {
                own.apply((UserId) given[0]).remove((UserId) given[0], (String) given[1]);
                return null;
            });
            StorageUnderTest forgetting = devices(removing, "forget", (sound, given) -> {
                ((Collection<?>) given[0])
                        .forEach(each -> own.apply(((Device) each).user()).forget(List.of((Device) each)));
                return null;
            });
            return devices(forgetting, "devices", (sound, given) -> {
                Map<UserId, List<Device>> found = new HashMap<>();
                ((Collection<?>) given[0])
                        .forEach(user -> found.putAll(own.apply((UserId) user).devices(List.of((UserId) user))));
                return found;
            });
        };
    }

    static UnaryOperator<StorageUnderTest> forgetsDevicesWhateverTheirToken() {
        return storage -> devices(storage, "forget", (sound, given) -> {
            ((Collection<?>) given[0])
                    .forEach(each -> storage.devices().remove(((Device) each).user(), ((Device) each).id()));
            return null;
        });
    }

    // ---- UserStore

    static UnaryOperator<StorageUnderTest> forgetsWhoWasSeen() {
        return storage -> users(storage, "seen", (sound, given) -> null);
    }

    static UnaryOperator<StorageUnderTest> tellsOfStrangers() {
        return storage -> users(
                storage,
                "acquaintances",
                (sound, given) -> ((Collection<?>) given[1])
                        .stream()
                                .map(UserId.class::cast)
                                .distinct()
                                .sorted()
                                .map(user -> storage.users()
                                        .acquaintances(user, List.of(user))
                                        .get(0))
                                .toList());
    }

    static UnaryOperator<StorageUnderTest> findsRevocationsWhateverTheTime() {
        return storage -> users(storage, "revocations", (sound, given) -> sound.answer(Instant.EPOCH));
    }

    static UnaryOperator<StorageUnderTest> revokesForOneNodeAlone() {
        return storage -> {
            Set<Object> own = ConcurrentHashMap.newKeySet();
            StorageUnderTest revoking = users(storage, "revoke", (sound, given) -> {
                own.add(given[0]);
                return sound.answer(given);
            });
            return users(revoking, "revocations", (sound, given) -> {
                Map<?, ?> found = new HashMap<>((Map<?, ?>) sound.answer(given));
                found.keySet().retainAll(own);
                return found;
            });
        };
    }

    // ---- How it is done

    @FunctionalInterface
    private interface MessagesDefect {
        Object answer(MessageStore store, Defect.Sound sound, Object... given) throws Throwable;
    }

    private static UnaryOperator<StorageUnderTest> messages(String method, MessagesDefect defect) {
        return storage -> new StorageUnderTest(
                Defect.in(
                        MessageStore.class,
                        storage.messages(),
                        method,
                        (sound, given) -> defect.answer(storage.messages(), sound, given)),
                storage.channels(),
                storage.ledger(),
                storage.devices(),
                storage.users());
    }

    private static UnaryOperator<StorageUnderTest> drafts(UnaryOperator<Draft> changed) {
        return messages(
                "append",
                (store, sound, given) -> sound.answer(
                        ((List<?>) given[0])
                                .stream()
                                        .map(draft -> changed.apply((Draft) draft))
                                        .toList(),
                        given[1]));
    }

    private static UnaryOperator<StorageUnderTest> catchUp(UnaryOperator<CatchUp> changed) {
        return messages("catchUp", (store, sound, given) -> changed.apply((CatchUp) sound.answer(given)));
    }

    private static StorageUnderTest channels(StorageUnderTest storage, String method, Defect defect) {
        return new StorageUnderTest(
                storage.messages(),
                Defect.in(ChannelDirectory.class, storage.channels(), method, defect),
                storage.ledger(),
                storage.devices(),
                storage.users());
    }

    @FunctionalInterface
    private interface DeliveriesDefect {
        List<DeliveryState> answer(StorageUnderTest storage, Object[] given, List<DeliveryState> sound);
    }

    private static UnaryOperator<StorageUnderTest> deliveries(DeliveriesDefect defect) {
        return storage -> channels(
                storage,
                "deliveries",
                (sound, given) -> ((Optional<?>) sound.answer(given))
                        .map(each -> (Page<?>) each)
                        .map(page -> new Page<>(
                                defect.answer(
                                        storage,
                                        given,
                                        page.items().stream()
                                                .map(DeliveryState.class::cast)
                                                .toList()),
                                page.next())));
    }

    private static StorageUnderTest ledger(StorageUnderTest storage, String method, Defect defect) {
        return new StorageUnderTest(
                storage.messages(),
                storage.channels(),
                Defect.in(DeliveryLedger.class, storage.ledger(), method, defect),
                storage.devices(),
                storage.users());
    }

    private static StorageUnderTest devices(StorageUnderTest storage, String method, Defect defect) {
        return new StorageUnderTest(
                storage.messages(),
                storage.channels(),
                storage.ledger(),
                Defect.in(DeviceStore.class, storage.devices(), method, defect),
                storage.users());
    }

    private static StorageUnderTest users(StorageUnderTest storage, String method, Defect defect) {
        return new StorageUnderTest(
                storage.messages(),
                storage.channels(),
                storage.ledger(),
                storage.devices(),
                Defect.in(UserStore.class, storage.users(), method, defect));
    }

    private static List<UserId> present(MessageStore store, ChannelId channel) {
        Members members = store.members(List.of(channel)).get(channel);
        return members == null ? List.of() : members.at(Period.OPEN);
    }

    private static String lastUser(List<?> participants) {
        return ((Participant) participants.get(participants.size() - 1)).user().value();
    }
}
