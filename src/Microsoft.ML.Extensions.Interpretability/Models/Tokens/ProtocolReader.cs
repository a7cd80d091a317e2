using System.Buffers.Binary;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Reads a message in the wire format of protocol buffers. https://protobuf.dev/programming-guides/encoding/</summary>
/// <param name="message">The message.</param>
/// <param name="wrong">Makes the exception of a message that is none.</param>
internal ref struct ProtocolReader(ReadOnlySpan<byte> message, Func<string, Exception> wrong)
{
    private const int VarintType = 0, DoubleType = 1, BytesType = 2, SingleType = 5;
    private const int LongestVarint = 10;

    private readonly int _length = message.Length;
    private ReadOnlySpan<byte> _rest = message;
    private ReadOnlySpan<byte> _bytes;
    private ulong _value;
    private int _type;

    /// <summary>The field's number.</summary>
    public int Field { get; private set; }

    /// <summary>The integer that the field holds.</summary>
    public readonly ulong Value => _type == VarintType ? _value : throw Other();

    /// <summary>The Single that it holds.</summary>
    public readonly float Single => _type == SingleType ? BinaryPrimitives.ReadSingleLittleEndian(_bytes) : throw Other();

    /// <summary>The bytes that it holds.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _type == BytesType ? _bytes : throw Other();

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next()
    {
        if (_rest.Length == 0)
        {
            return false;
        }
        var tag = Varint();
        (Field, _type) = ((int)Math.Min(tag >> 3, int.MaxValue), (int)(tag & 7));
        switch (_type)
        {
            case VarintType:
                _value = Varint();
                break;
            case DoubleType:
                _bytes = Take(sizeof(double));
                break;
            case SingleType:
                _bytes = Take(sizeof(float));
                break;
            case BytesType:
                _bytes = Take(Varint());
                break;
            default:
                throw wrong($"there is no message of protocol buffers at byte {_length - _rest.Length}");
        }
        return Field > 0 ? true : throw wrong($"there is no message of protocol buffers at byte {_length - _rest.Length}");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            throw wrong($"it is cut off: a field of {count} bytes begins {_rest.Length} bytes before its end");
        }
        var taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var i = 0; i < LongestVarint; i++)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 127) << (7 * i);
            if (part < 128)
            {
                return value;
            }
        }
        throw wrong($"an integer before byte {_length - _rest.Length} has no end");
    }

    private readonly Exception Other() => wrong($"field {Field} is of another kind");
}
