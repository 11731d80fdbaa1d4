// AWS' binary frames. Source: smithy.io/2.0/aws/amazon-eventstream.html.
import { crc32 } from 'node:zlib';

const stringValue = 7;

/** Lengths and the checksum of the lengths, headers, payload, checksum of it all; big endian. */
export function eventStreamFrame(headers: Record<string, string>, payload: object): Buffer {
  const fields = Object.entries({ ...headers, ':content-type': 'application/json' }).flatMap(([name, value]) => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(Buffer.byteLength(value));
    return [Buffer.of(name.length), Buffer.from(name), Buffer.of(stringValue), length, Buffer.from(value)];
  });
  const head = Buffer.concat(fields);
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(12 + head.length + body.length + 4, 0);
  prelude.writeUInt32BE(head.length, 4);
  const content = Buffer.concat([prelude, checksum(prelude), head, body]);
  return Buffer.concat([content, checksum(content)]);
}

function checksum(data: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(data));
  return bytes;
}
