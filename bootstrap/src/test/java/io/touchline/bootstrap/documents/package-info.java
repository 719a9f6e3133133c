/** The OpenAPI and the AsyncAPI document as judges of what nodes really answer and send. */
package io.touchline.bootstrap.documents;
