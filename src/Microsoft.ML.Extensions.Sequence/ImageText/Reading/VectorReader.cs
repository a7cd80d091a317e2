using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Reads a vector of Single of known size from the current row.</summary>
/// <param name="row">Where to read.</param>
/// <param name="column">The column.</param>
/// <param name="missing">What to do with NaN.</param>
internal sealed class VectorReader(DataViewRow row, DataViewSchema.Column column, MissingValues missing)
{
    private readonly ValueGetter<VBuffer<float>> _getter = row.GetGetter<VBuffer<float>>(column);
    private VBuffer<float> _buffer;
    private float[] _values = [];

    /// <summary>The vector, valid until the next call.</summary>
    /// <exception cref="InvalidDataException">A value is infinite, or missing and not read as 0.</exception>
    public ReadOnlySpan<float> Read()
    {
        _getter(ref _buffer);
        if (_values.Length != _buffer.Length)
        {
            _values = new float[_buffer.Length];
        }
        _buffer.CopyTo(_values);
        for (var place = 0; place < _values.Length; place++)
        {
            if (float.IsNaN(_values[place]) && missing == MissingValues.Zero)
            {
                _values[place] = 0;
            }
            else if (!float.IsFinite(_values[place]))
            {
                var advice = float.IsNaN(_values[place]) ? ", or set MissingValues to Zero" : "";
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"Column '{column.Name}', row {row.Position}: value {place} is {_values[place]}; ")
                    + $"only finite numbers can be used{advice}.");
            }
        }
        return _values;
    }
}
