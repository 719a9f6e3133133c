/** Real nodes as processes of their own, real PostgreSQL and Redis, an FCM-speaking server, and clients. */
package io.touchline.bootstrap.harness;
