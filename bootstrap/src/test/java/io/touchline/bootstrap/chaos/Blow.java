package io.touchline.bootstrap.chaos;

import io.touchline.bootstrap.harness.Await;
import io.touchline.bootstrap.harness.FaultProxy;
import io.touchline.bootstrap.harness.Node;
import io.touchline.bootstrap.history.FaultKind;
import io.touchline.bootstrap.history.Faults;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** One thing that goes wrong, and what is done about it. When a blow has been dealt, nothing is broken but a node starting. */
enum Blow {
    API_NODE_KILLED {
        @Override
        void deal(ChaosCluster cluster, Faults faults, Random random, Duration longest) {
            ChaosCluster.awaitReady(cluster.api(), 2);
            kill(one(cluster.api(), random), faults);
        }
    },
    CHAT_NODE_KILLED {
        @Override
        void deal(ChaosCluster cluster, Faults faults, Random random, Duration longest) {
            ChaosCluster.awaitReady(cluster.sockets(), cluster.sockets().size());
            kill(one(cluster.sockets(), random), faults);
        }
    },
    DATABASE_KILLED {
        @Override
        void deal(ChaosCluster cluster, Faults faults, Random random, Duration longest) {
            faults.during(FaultKind.DATABASE_AWAY, "PostgreSQL killed", () -> {
                cluster.postgreSql().kill();
                cluster.postgreSql().restart();
                ChaosCluster.awaitReady(cluster.api(), 2);
            });
        }
    },
    REDIS_KILLED {
        @Override
        void deal(ChaosCluster cluster, Faults faults, Random random, Duration longest) {
            faults.during(FaultKind.REDIS_AWAY, "Redis killed", () -> {
                cluster.redis().kill();
                pass(SHORT);
                cluster.redis().restart();
                pass(ChaosCluster.LEASE);
            });
        }
    },
    REDIS_FLUSHED {
        @Override
        void deal(ChaosCluster cluster, Faults faults, Random random, Duration longest) {
            faults.during(FaultKind.REDIS_AWAY, "Redis flushed", () -> {
                cluster.redis().flush();
                pass(ChaosCluster.LEASE);
            });
        }
    },
    REDIS_BLACK_HOLED {
        @Override
        void deal(ChaosCluster cluster, Faults faults, Random random, Duration longest) {
            faults.during(FaultKind.REDIS_AWAY, "Redis black-holed", () -> {
                cluster.redisLines().forEach(FaultProxy::blackHole);
                pass(SHORT.multipliedBy(2));
                cluster.redisLines().forEach(FaultProxy::heal);
                pass(ChaosCluster.LEASE);
            });
        }
    },
    CHAT_NODE_CUT_OFF {
        @Override
        void deal(ChaosCluster cluster, Faults faults, Random random, Duration longest) {
            FaultProxy line = cluster.lineTo(random.nextInt(cluster.sockets().size()));
            boolean refusing = random.nextBoolean();
            faults.during(FaultKind.CUT, refusing ? "chat node cut off" : "chat node black-holed", () -> {
                if (refusing) {
                    line.cut();
                } else {
                    line.blackHole();
                }
                pass(longest);
                line.heal();
            });
        }
    },
    API_NODE_PAUSED {
        @Override
        void deal(ChaosCluster cluster, Faults faults, Random random, Duration longest) {
            ChaosCluster.awaitReady(cluster.api(), 2);
            pause(one(cluster.api(), random), faults, CLAIM_LEASE.multipliedBy(3));
        }
    },
    CHAT_NODE_PAUSED {
        @Override
        void deal(ChaosCluster cluster, Faults faults, Random random, Duration longest) {
            ChaosCluster.awaitReady(cluster.sockets(), cluster.sockets().size());
            pause(one(cluster.sockets(), random), faults, ChaosCluster.LEASE.multipliedBy(3));
        }
    },
    API_NODE_RESTARTED {
        @Override
        void deal(ChaosCluster cluster, Faults faults, Random random, Duration longest) {
            ChaosCluster.awaitReady(cluster.api(), 2);
            restart(one(cluster.api(), random), faults);
        }
    },
    CHAT_NODE_RESTARTED {
        @Override
        void deal(ChaosCluster cluster, Faults faults, Random random, Duration longest) {
            ChaosCluster.awaitReady(cluster.sockets(), cluster.sockets().size());
            restart(one(cluster.sockets(), random), faults);
        }
    };

    private static final Duration SHORT = Duration.ofSeconds(2);

    /** Of an API node's claims. */
    private static final Duration CLAIM_LEASE = Duration.ofSeconds(4);

    /**
     * @param longest how long a cut lasts
     */
    abstract void deal(ChaosCluster cluster, Faults faults, Random random, Duration longest);

    private static Node one(List<Node> nodes, Random random) {
        List<Node> ready = new ArrayList<>();
        Await.until("one of " + nodes + " to be ready", Await.SOON, () -> {
            ready.clear();
            nodes.stream().filter(Node::isReady).forEach(ready::add);
            return !ready.isEmpty();
        });
        return ready.get(random.nextInt(ready.size()));
    }

    private static void kill(Node node, Faults faults) {
        faults.during(FaultKind.KILLED, node + " killed", node::kill);
        node.launch();
    }

    private static void pause(Node node, Faults faults, Duration time) {
        faults.during(FaultKind.PAUSED, node + " paused", () -> {
            node.pause();
            pass(time);
            node.resume();
        });
    }

    private static void restart(Node node, Faults faults) {
        faults.during(FaultKind.STOPPED, node + " stopped", node::stop);
        node.launch();
    }

    /** How long the trouble lasts is what is tried; nothing is waited for. */
    static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
