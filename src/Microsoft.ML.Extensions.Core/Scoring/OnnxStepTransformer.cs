using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>A trained network whose rows are single steps with the states before them; it takes the network's place in a conversion to ONNX.</summary>
/// <param name="description">The model.</param>
/// <param name="head">The task.</param>
/// <param name="states">The columns of the state.</param>
/// <param name="rentNetwork">Borrows the network.</param>
internal sealed class OnnxStepTransformer(
    ModelDescription description, TaskHead head, OnnxStateColumns states, Func<Lease<Network>> rentNetwork) : RowMapTransformer
{
    public OnnxStateColumns States => states;

    protected override RowMapping Bind(DataViewSchema inputSchema) => new Mapping(this, inputSchema, description.Input.BindStep(inputSchema));

    public override void Save(ModelSaveContext ctx) => throw OnlyWritten();

    private DataViewSchema.DetachedColumn[] Added => [.. head.Columns(description.Outputs), .. states.All];

    private void WriteOnnx(OnnxContext context)
    {
        using var lease = rentNetwork();
        lease.Use(network =>
        {
            OnnxModel.WriteSteps(context, network, description, head, states);
            return network;
        });
    }

    private static NotSupportedException OnlyWritten() => new("A step of a stream in ONNX is only written; score with ml.Model.CreateStreamingEngine.");

    private sealed class Mapping(OnnxStepTransformer owner, DataViewSchema inputSchema, DataViewSchema.Column input)
        : RowMapping(inputSchema, owner.Added)
    {
        public override IReadOnlyList<DataViewSchema.Column> Sources { get; } =
            [input, .. owner.States.All.Select(state => inputSchema[state.Name])];

        public override void WriteOnnx(OnnxContext context) => owner.WriteOnnx(context);

        public override AddedGetters CreateGetters(DataViewRow input) => throw OnlyWritten();
    }
}
