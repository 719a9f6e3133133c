package io.touchline.core.testkit.broken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.touchline.core.inmemory.InMemoryStorage;
import io.touchline.core.testkit.ChannelDirectoryContract;
import io.touchline.core.testkit.DeliveryLedgerContract;
import io.touchline.core.testkit.DeviceStoreContract;
import io.touchline.core.testkit.MessageStoreContract;
import io.touchline.core.testkit.StorageContract;
import io.touchline.core.testkit.StorageUnderTest;
import io.touchline.core.testkit.UserStoreContract;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The contracts of the storage ports catch what they are there to catch: each defect fails exactly these tests. */
class BrokenStoragesTest {
    @ParameterizedTest
    @ValueSource(classes = {Messages.class, Channels.class, Ledger.class, Devices.class, Users.class})
    void nothingInASoundStorage(Class<? extends StorageContract> contract) {
        assertCaught(contract, UnaryOperator::identity);
    }

    @Test
    void sendsRepeatsAgain() {
        assertCaught(
                Messages.class,
                BrokenStorages::sendsRepeatsAgain,
                "changesWithinOneBatch",
                "generatedIdsAreNotShown",
                "onlyEventsTakeSequences",
                "otherContentIsRefused",
                "otherContentWithinOneBatch",
                "otherContentsThatRace",
                "refusedInTheMiddle",
                "repeatAcrossBatches",
                "repeatAfterLeaving",
                "repeatWithinOneBatch",
                "repeatsOfChangedMessages",
                "repeatsThatRace");
    }

    @Test
    void normalizesContent() {
        assertCaught(
                Messages.class,
                BrokenStorages::normalizesContent,
                "everyCharacter",
                "oddContent",
                "otherContentIsRefused");
    }

    @Test
    void spendsSequencesOnWhatIsRefused() {
        assertCaught(
                Messages.class,
                BrokenStorages::spendsSequencesOnWhatIsRefused,
                "formerParticipantsAreRefused",
                "membershipChangesWithinOneBatch",
                "onlyEventsTakeSequences",
                "otherContentIsRefused",
                "otherContentWithinOneBatch",
                "refusedInTheMiddle",
                "repeatsOfChangedMessages",
                "strangersAreRefused",
                "otherContentsThatRace");
    }

    @Test
    void takesAnyChannelForTheSame() {
        assertCaught(
                Messages.class,
                BrokenStorages::takesAnyChannelForTheSame,
                "otherChannelOfThatId",
                "refusedInTheMiddle",
                "sameChannelAfterChanges");
    }

    @Test
    void showsTheWholeLogToWhoeverWasIn() {
        assertCaught(
                Messages.class,
                BrokenStorages::showsTheWholeLogToWhoeverWasIn,
                "leaversReadUpToTheirEnd",
                "membershipChangesWithinOneBatch",
                "othersMoveMembers",
                "periodsBoundTheLog");
    }

    @Test
    void makesPagesOneTooLong() {
        assertCaught(Messages.class, BrokenStorages::makesPagesOneTooLong, "pagesOfTheLog", "periodsBoundTheLog");
    }

    @Test
    void includesTheMessageBeforeWhichToEnd() {
        assertCaught(
                Messages.class,
                BrokenStorages::includesTheMessageBeforeWhichToEnd,
                "pagesOfMessages",
                "periodsBoundTheMessages");
    }

    @Test
    void takesEverybodyForAnAdministrator() {
        assertCaught(
                Messages.class,
                BrokenStorages::takesEverybodyForAnAdministrator,
                "authorsWhoLeft",
                "onlyMessagesAreChanged",
                "othersMayNot",
                "sameDeletionAgain");
    }

    @Test
    void deletesByEditing() {
        assertCaught(
                Messages.class,
                BrokenStorages::deletesByEditing,
                "changesWithinOneBatch",
                "deletedStaysDeleted",
                "deletionEmpties",
                "editsAndDeletionsAreEvents",
                "onlyMessagesAreChanged",
                "othersMayNot",
                "sameDeletionAgain");
    }

    @Test
    void keepsEveryEdit() {
        assertCaught(
                Messages.class,
                BrokenStorages::keepsEveryEdit,
                "changesWithinOneBatch",
                "deletionEmpties",
                "editsThatRace",
                "readsAsLatelyEdited");
    }

    @Test
    void tellsTheLengthOfTheLogAsVersion() {
        assertCaught(
                Messages.class,
                BrokenStorages::tellsTheLengthOfTheLogAsVersion,
                "membersTellEveryPeriod",
                "versionsOfMembers");
    }

    @Test
    void forgetsWhatWasLeft() {
        assertCaught(Messages.class, BrokenStorages::forgetsWhatWasLeft, "catchingUpWithWhatWasLeft");
    }

    @Test
    void changesItsEpoch() {
        assertCaught(Messages.class, BrokenStorages::changesItsEpoch, "epochStays");
    }

    @Test
    void neverTellsThatThereIsMore() {
        assertCaught(Messages.class, BrokenStorages::neverTellsThatThereIsMore, "catchingUpInPages");
    }

    @Test
    void showsLeaversTheChannelOfNow() {
        assertCaught(
                Channels.class,
                BrokenStorages::showsLeaversTheChannelOfNow,
                "leaversSeeTheNameOfTheirTime",
                "leaversSeeThePast");
    }

    @Test
    void looksForUnreadAmongTheNewestAlone() {
        assertCaught(Channels.class, BrokenStorages::looksForUnreadAmongTheNewestAlone, "unreadLiesBeforeOnesOwn");
    }

    @Test
    void pagesChannelsByTheirNumber() {
        assertCaught(Channels.class, BrokenStorages::pagesChannelsByTheirNumber, "cursorsOfChannelsStay");
    }

    @Test
    void endsWithAnEmptyPage() {
        assertCaught(Channels.class, BrokenStorages::endsWithAnEmptyPage, "pagesOfParticipants");
    }

    @Test
    void endsDeliveriesWithAnEmptyPage() {
        assertCaught(Channels.class, BrokenStorages::endsDeliveriesWithAnEmptyPage, "pagesOfDeliveries");
    }

    @Test
    void tellsOfWhoIsThereNow() {
        assertCaught(
                Channels.class,
                BrokenStorages::tellsOfWhoIsThereNow,
                "cursorsOfDeliveriesStay",
                "everybodyOfItsTimeIsTold");
    }

    @Test
    void tellsWhoeverWasIn() {
        assertCaught(Channels.class, BrokenStorages::tellsWhoeverWasIn, "onlyReadersAreTold");
    }

    @Test
    void tellsOfWhatIsNoMessage() {
        assertCaught(Channels.class, BrokenStorages::tellsOfWhatIsNoMessage, "onlyMessagesAreTold");
    }

    @Test
    void takesAPushForMoreThanAReceipt() {
        assertCaught(Channels.class, BrokenStorages::takesAPushForMoreThanAReceipt, "receiptsSayMoreThanEnds");
    }

    @Test
    void letsWhatIsLeftToSyncHideWhatWasBefore() {
        assertCaught(
                Channels.class,
                BrokenStorages::letsWhatIsLeftToSyncHideWhatWasBefore,
                "whatIsLeftToSyncHidesNothing",
                "whatIsLeftToSyncHidesNothingBesideIt");
    }

    @Test
    void neverEndsAMute() {
        assertCaught(Channels.class, BrokenStorages::neverEndsAMute, "mutesAreOnesOwn", "mutesChange", "mutesEnd");
    }

    @Test
    void totalsWithoutACap() {
        assertCaught(Channels.class, BrokenStorages::totalsWithoutACap, "unreadTotalsAreCapped");
    }

    @Test
    void takesEveryReadingForOvertaking() {
        assertCaught(
                Ledger.class,
                BrokenStorages::takesEveryReadingForOvertaking,
                "eachAnnouncementIsOvertaken",
                "endsThatAreNotedTogetherHideNothing",
                "otherEndsAreNotOvertaken",
                "overtakingIsToldOnce");
    }

    @Test
    void answersReceiptsAsTheyCame() {
        assertCaught(
                Ledger.class,
                BrokenStorages::answersReceiptsAsTheyCame,
                "eachAnnouncementIsOvertaken",
                "endsThatAreNotedTogetherHideNothing",
                "foreignReceipts",
                "marksAreCapped",
                "marksMoveAlone",
                "marksNeverMoveBack",
                "marksOfLeaversAreCapped",
                "onlyMovesAreAnswered",
                "otherEndsAreNotOvertaken",
                "overtakingIsToldOnce",
                "severalReceiptsOfOneUser");
    }

    @Test
    void stopsOwingInAnyCase() {
        assertCaught(
                Ledger.class,
                BrokenStorages::stopsOwingInAnyCase,
                "appendAndSettleRace",
                "appendedSinceTheClaim",
                "attemptsCount",
                "formerParticipantsAreOwed",
                "settledWhenNothingIsOwed");
    }

    @Test
    void ignoresFencesOfEnds() {
        assertCaught(
                Ledger.class,
                BrokenStorages::ignoresFencesOfEnds,
                "endsUnderAnOldFence",
                "fencesFromBeforeSettling",
                "someEndsUnderOldFences");
    }

    @Test
    void ignoresFencesOfSettling() {
        assertCaught(Ledger.class, BrokenStorages::ignoresFencesOfSettling, "settlingUnderAnOldFence");
    }

    @Test
    void claimsForAllNodesAtOnce() {
        assertCaught(
                Ledger.class,
                BrokenStorages::claimsForAllNodesAtOnce,
                "attemptsCount",
                "claimsPassOn",
                "endsUnderAnOldFence",
                "handingOverTouchesNoOthers",
                "nodesThatRace",
                "oneHolder",
                "settledWhenNothingIsOwed",
                "settlingUnderAnOldFence",
                "someEndsUnderOldFences");
    }

    @Test
    void countsNoAttempts() {
        assertCaught(Ledger.class, BrokenStorages::countsNoAttempts, "attemptsCount");
    }

    @Test
    void keepsWhatItHandsOver() {
        assertCaught(Ledger.class, BrokenStorages::keepsWhatItHandsOver, "claimsOfBeforeHandingOver", "handedOver");
    }

    @Test
    void pagesTheUnsettledFromTheLastOne() {
        assertCaught(Ledger.class, BrokenStorages::pagesTheUnsettledFromTheLastOne, "pagesOfUnsettled");
    }

    @Test
    void leavesTokensWithTheirEarlierOwners() {
        assertCaught(Devices.class, BrokenStorages::leavesTokensWithTheirEarlierOwners, "tokensMove", "tokensThatRace");
    }

    @Test
    void forgetsDevicesWhateverTheirToken() {
        assertCaught(Devices.class, BrokenStorages::forgetsDevicesWhateverTheirToken, "forgetting");
    }

    // ---- How it is done

    /** What the contract that runs now stands on; one runs at a time. */
    private static Supplier<UnaryOperator<StorageUnderTest>> defect = UnaryOperator::identity;

    @Test
    void forgetsWhoWasSeen() {
        assertCaught(Users.class, BrokenStorages::forgetsWhoWasSeen, "whoIsSeen", "whoIsSeenAgain", "whoIsSeenByAll");
    }

    @Test
    void tellsOfStrangers() {
        assertCaught(Users.class, BrokenStorages::tellsOfStrangers, "acquaintances", "oneself", "whoHasLeft");
    }

    @Test
    void findsRevocationsWhateverTheTime() {
        assertCaught(Users.class, BrokenStorages::findsRevocationsWhateverTheTime, "revocationsFromATime");
    }

    @Test
    void revokesForOneNodeAlone() {
        assertCaught(Users.class, BrokenStorages::revokesForOneNodeAlone, "revocation");
    }

    private static void assertCaught(
            Class<? extends StorageContract> contract,
            Supplier<UnaryOperator<StorageUnderTest>> broken,
            String... failing) {
        defect = broken;
        FailedTests failed = new FailedTests();
        Launcher launcher = LauncherFactory.create(LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .build());
        launcher.execute(
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(selectClass(contract))
                        .build(),
                failed);

        assertThat(failed.run).isGreaterThan(10);
        assertThat(failed.names).containsExactlyInAnyOrder(failing);
    }

    private static final class FailedTests implements TestExecutionListener {
        final Set<String> names = new TreeSet<>();
        int run;

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            run += test.isTest() ? 1 : 0;
            if (result.getStatus() != Status.SUCCESSFUL) {
                names.add(test.getSource()
                        .filter(MethodSource.class::isInstance)
                        .map(source -> ((MethodSource) source).getMethodName())
                        .orElse(test.getDisplayName()));
            }
        }
    }

    /** In-memory storage with the defect around each node. */
    private static final class Nodes {
        private final InMemoryStorage sound = new InMemoryStorage(Clock.systemUTC());
        private final UnaryOperator<StorageUnderTest> broken = defect.get();

        StorageUnderTest node(String owner, Duration lease) {
            InMemoryStorage node = sound.node(owner, lease);
            return broken.apply(new StorageUnderTest(
                    node.messages(), node.channels(), node.ledger(), node.devices(), node.users()));
        }
    }

    static final class Messages extends MessageStoreContract {
        private final Nodes nodes = new Nodes();

        @Override
        protected StorageUnderTest storage(String owner, Duration lease) {
            return nodes.node(owner, lease);
        }
    }

    static final class Channels extends ChannelDirectoryContract {
        private final Nodes nodes = new Nodes();

        @Override
        protected StorageUnderTest storage(String owner, Duration lease) {
            return nodes.node(owner, lease);
        }
    }

    static final class Ledger extends DeliveryLedgerContract {
        private final Nodes nodes = new Nodes();

        @Override
        protected StorageUnderTest storage(String owner, Duration lease) {
            return nodes.node(owner, lease);
        }
    }

    static final class Users extends UserStoreContract {
        private final Nodes nodes = new Nodes();

        @Override
        protected StorageUnderTest storage(String owner, Duration lease) {
            return nodes.node(owner, lease);
        }
    }

    static final class Devices extends DeviceStoreContract {
        private final Nodes nodes = new Nodes();

        @Override
        protected StorageUnderTest storage(String owner, Duration lease) {
            return nodes.node(owner, lease);
        }
    }
}
