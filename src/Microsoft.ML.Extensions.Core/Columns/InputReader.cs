using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Columns;

/// <summary>Reads the input of the current row as dense floats, <c>[T, C]</c> or <c>[T]</c> tokens; one buffer serves all rows.</summary>
internal abstract class InputReader(DataViewRow row, InputColumn column)
{
    private float[] _values = [];

    /// <summary>The step <c>[C]</c> that fills a missing value at the row's start; null where no step precedes the row.</summary>
    public float[]? Before { get; set; }

    /// <summary>The current row's values; valid until the next call.</summary>
    /// <exception cref="InvalidDataException">
    /// The row is empty, has an incomplete step, is not of the fixed length that a network needs, or has a value that is not allowed; the message names column and row.
    /// </exception>
    public ReadOnlySpan<float> Read()
    {
        var length = Fetch();
        if (length == 0)
        {
            throw Refuse("the sequence is empty; a sequence needs at least one step");
        }
        if (column.IsFixed && length != column.Steps * column.Channels)
        {
            throw Refuse($"it has {length} values, and the network needs {column.Steps * column.Channels}, the size of the column");
        }
        if (length % column.Channels != 0)
        {
            throw Refuse($"{length} values do not make steps of {column.Channels} channels");
        }
        return Values(length);
    }

    /// <param name="row">Where to read.</param>
    /// <param name="source">The column there.</param>
    /// <param name="column">What it holds.</param>
    /// <param name="missing">What to do with NaN.</param>
    /// <param name="range">What numbers may be; null for all finite ones.</param>
    public static InputReader Create(
        DataViewRow row, DataViewSchema.Column source, InputColumn column, MissingValues missing, InputRange? range = null)
    {
        if (column.Kind == InputKind.Sequence)
        {
            return new NumberReader(row, source, column, missing, range ?? InputRange.Finite(column.Channels));
        }
        var raw = ((VectorDataViewType)source.Type).ItemType.RawType;
        return raw == typeof(byte) ? new TokenReader<byte>(row, source, column)
            : raw == typeof(ushort) ? new TokenReader<ushort>(row, source, column)
            : raw == typeof(uint) ? new TokenReader<uint>(row, source, column)
            : new TokenReader<ulong>(row, source, column);
    }

    protected int Channels => column.Channels;

    /// <summary>Gets the row's vector and returns its length.</summary>
    protected abstract int Fetch();

    /// <summary>The vector's numbers.</summary>
    protected abstract ReadOnlySpan<float> Values(int length);

    /// <summary>Memory for so many numbers, the same in every call.</summary>
    protected Span<float> Room(int length)
    {
        if (_values.Length < length)
        {
            _values = new float[Math.Max(length, (int)Math.Min(Array.MaxLength, 2L * _values.Length))];
        }
        return _values.AsSpan(0, length);
    }

    protected InvalidDataException Refuse(string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Column '{column.Name}', row {row.Position}: {what}."));
}

/// <summary>Numbers, with the missing ones treated as asked.</summary>
internal sealed class NumberReader(
    DataViewRow row, DataViewSchema.Column source, InputColumn column, MissingValues missing, InputRange range)
    : InputReader(row, column)
{
    private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(source);
    private VBuffer<float> _buffer;

    protected override int Fetch()
    {
        _getter(ref _buffer);
        return _buffer.Length;
    }

    // Numbers of which none is to be treated are not copied.
    protected override ReadOnlySpan<float> Values(int length)
    {
        if (_buffer.IsDense && range.HoldsAll(_buffer.GetValues()))
        {
            return _buffer.GetValues();
        }
        var values = Room(length);
        _buffer.CopyTo(values);
        for (var i = 0; i < values.Length; i++)
        {
            if (!range.Holds(i % Channels, values[i]))
            {
                Treat(values, i);
            }
        }
        return values;
    }

    private void Treat(Span<float> values, int index)
    {
        if (!float.IsNaN(values[index]))
        {
            throw Refuse(range.Complaint(index % Channels, values[index], Where(index)));
        }
        values[index] = missing switch
        {
            MissingValues.Zero => 0,
            MissingValues.ForwardFill => Fill(values, index),
            _ => throw Refuse(
                $"the value at {Where(index)} is missing (NaN); set MissingValues to ForwardFill or Zero, or replace missing values first"),
        };
    }

    private string Where(int index) => $"step {index / Channels}, channel {index % Channels}";

    // Earlier values are filled already, so the previous one is enough.
    private float Fill(ReadOnlySpan<float> values, int index)
    {
        if (index >= Channels)
        {
            return values[index - Channels];
        }
        if (Before is not null)
        {
            return Before[index];
        }
        for (var i = index + Channels; i < values.Length; i += Channels)
        {
            if (!float.IsNaN(values[i]))
            {
                return values[i];
            }
        }
        return !range.Needs(index % Channels) ? 0 : throw Refuse(
            $"channel {index % Channels} has no value in any of the row's {values.Length / Channels} steps, so there is nothing to forecast it from; "
            + "leave such rows out, or set MissingValues to Zero if a missing value is a zero");
    }
}

/// <summary>Raw key values: 1 for the first key, 0 for a missing one.</summary>
internal sealed class TokenReader<TRaw>(DataViewRow row, DataViewSchema.Column source, InputColumn column) : InputReader(row, column)
    where TRaw : unmanaged, System.Numerics.IBinaryInteger<TRaw>
{
    private readonly ValueGetter<VBuffer<TRaw>> _getter = row.GetGetter<VBuffer<TRaw>>(source);
    private readonly TRaw _largest = TRaw.CreateSaturating(column.Cardinality);
    private VBuffer<TRaw> _buffer;

    protected override int Fetch()
    {
        _getter(ref _buffer);
        return _buffer.Length;
    }

    protected override ReadOnlySpan<float> Values(int length)
    {
        var values = Room(length);
        values.Clear();
        var raw = _buffer.GetValues();
        var indices = _buffer.GetIndices();
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] > _largest)
            {
                throw Refuse($"the key {raw[i]} is not one of the column's 1 to {_largest}");
            }
            values[_buffer.IsDense ? i : indices[i]] = float.CreateTruncating(raw[i]);
        }
        return values;
    }
}
