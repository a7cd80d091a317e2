using System.Text;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>
/// A message in the wire format of protocol buffers, as far as a SentencePiece model needs it.
/// https://protobuf.dev/programming-guides/encoding/
/// </summary>
internal sealed class ProtocolBuffer
{
    private const int VarintType = 0, BytesType = 2, SingleType = 5;

    private readonly MemoryStream _bytes = new();

    public void Add(int field, ulong value)
    {
        Varint(Tag(field, VarintType));
        Varint(value);
    }

    public void Add(int field, float value)
    {
        Varint(Tag(field, SingleType));
        _bytes.Write(BitConverter.GetBytes(value));
    }

    public void Add(int field, string text) => Add(field, Encoding.UTF8.GetBytes(text));

    public void Add(int field, ProtocolBuffer message) => Add(field, message.ToArray());

    public byte[] ToArray() => _bytes.ToArray();

    private static ulong Tag(int field, int type) => ((ulong)field << 3) | (uint)type;

    private void Add(int field, byte[] bytes)
    {
        Varint(Tag(field, BytesType));
        Varint((ulong)bytes.Length);
        _bytes.Write(bytes);
    }

    private void Varint(ulong value)
    {
        for (; value > 127; value >>= 7)
        {
            _bytes.WriteByte((byte)(value | 128));
        }
        _bytes.WriteByte((byte)value);
    }
}
