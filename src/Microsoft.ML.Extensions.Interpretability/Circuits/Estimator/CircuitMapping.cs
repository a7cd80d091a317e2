using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Torch;

namespace Microsoft.ML.Extensions.Interpretability;

/// <summary>A circuit bound to a schema.</summary>
internal sealed class CircuitMapping(
    DataViewSchema schema, DataViewSchema.Column source, CircuitColumns columns, CircuitLanguageModel language, TokenColumn tokens,
    Func<Lease<UsedCircuit>> rent)
    : RowMapping(schema, Added(columns, language.Model.Config))
{
    public override IReadOnlyList<DataViewSchema.Column> Sources => [source];

    /// <summary>The added columns.</summary>
    public static DataViewSchema.DetachedColumn[] Added(CircuitColumns columns, TransformerConfig config)
    {
        var names = Enumerable.Range(0, config.Layers * config.Heads)
            .Select(head => CircuitNode.Head(head / config.Heads, head % config.Heads).ToString().AsMemory()).ToArray();
        var annotations = new DataViewSchema.Annotations.Builder();
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = (ref VBuffer<ReadOnlyMemory<char>> value) => value = new(names.Length, names);
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, names.Length), getter);
        return
        [
            new(columns.Codes, new VectorDataViewType(NumberDataViewType.Int32, names.Length), annotations.ToAnnotations()),
            new(columns.Activation, NumberDataViewType.Single),
        ];
    }

    public override AddedGetters CreateGetters(DataViewRow input)
    {
        var circuit = rent();
        var reader = tokens.Reader(input, source);
        var read = long.MinValue;
        int[] codes = [];
        var activation = 0.0;
        void Update()
        {
            if (input.Position != read)
            {
                var row = reader();
                language.Check(row, message => tokens.At(input, message));
                (codes, activation) = TorchMemory.Guard(
                    () => string.Create(CultureInfo.InvariantCulture,
                        $"Running the model over a row of {row.Length} tokens of column '{source.Name}'"),
                    () => circuit.Use(used => used.Found.Of(language.Model, row)));
                read = input.Position;
            }
        }
        ValueGetter<VBuffer<int>> codesGetter = (ref VBuffer<int> value) =>
        {
            Update();
            var editor = VBufferEditor.Create(ref value, codes.Length);
            codes.CopyTo(editor.Values);
            value = editor.Commit();
        };
        ValueGetter<float> activationGetter = (ref float value) =>
        {
            Update();
            value = (float)activation;
        };
        return new([codesGetter, activationGetter], circuit);
    }
}
