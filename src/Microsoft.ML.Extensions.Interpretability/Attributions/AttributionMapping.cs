using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>Explanations bound to a schema.</summary>
/// <param name="schema">The schema.</param>
/// <param name="bound">What the model reads of it.</param>
/// <param name="input">The model's column.</param>
/// <param name="range">The range of values that the model scores; null for all finite numbers.</param>
/// <param name="options">The options.</param>
/// <param name="baseline">The values of a step, or of a row of fixed length, <c>[C]</c> or <c>[T * C]</c>.</param>
/// <param name="open">Creates the computation for a cursor or row.</param>
internal sealed class AttributionMapping(
    DataViewSchema schema, BoundInput bound, InputColumn input, InputRange? range, AttributionOptions options, float[] baseline, Func<IAttribution> open)
    : RowMapping(schema, Added(input, options, Names(schema, input)))
{
    public override IReadOnlyList<DataViewSchema.Column> Sources => bound.Sources;

    /// <summary>The added columns.</summary>
    /// <param name="input">The model's column.</param>
    /// <param name="options">The options.</param>
    /// <param name="names">The names of the channels; none for unnamed ones.</param>
    public static DataViewSchema.DetachedColumn[] Added(InputColumn input, AttributionOptions options, string[] names)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (names.Length > 0)
        {
            annotations.AddChannelNames(names);
        }
        var dimensions = ((VectorDataViewType)input.Type).Dimensions;
        return
        [
            new(options.OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, dimensions), annotations.ToAnnotations()),
            new(options.ChangeColumnName, NumberDataViewType.Single),
        ];
    }

    public override AddedGetters CreateGetters(DataViewRow row)
    {
        var reader = bound.Open(row, range);
        var attribution = open();
        var read = long.MinValue;
        float[] attributions = [];
        var change = 0.0;
        ValueGetter<VBuffer<float>> attributionGetter = (ref VBuffer<float> value) =>
        {
            Update();
            var editor = VBufferEditor.Create(ref value, attributions.Length);
            attributions.CopyTo(editor.Values);
            value = editor.Commit();
        };
        ValueGetter<float> changeGetter = (ref float value) =>
        {
            Update();
            value = (float)change;
        };
        return new AddedGetters([attributionGetter, changeGetter], attribution);

        void Update()
        {
            if (row.Position == read)
            {
                return;
            }
            var values = reader.Read();
            var found = new float[values.Length];
            try
            {
                change = attribution.Of(values, Baseline(values.Length), found);
            }
            catch (ArithmeticException e)
            {
                throw new InvalidDataException(
                    string.Create(CultureInfo.InvariantCulture, $"Column '{input.Name}', row {row.Position}: {e.Message}."), e);
            }
            (attributions, read) = (found, row.Position);
        }
    }

    private static string[] Names(DataViewSchema schema, InputColumn input) => ChannelNames.Find(schema[input.Name]) ?? [];

    private float[] Baseline(int length)
    {
        var values = new float[length];
        for (var i = 0; i < length; i++)
        {
            values[i] = baseline[i % baseline.Length];
        }
        return values;
    }
}
