using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A tiny fitted pipeline of steps that see no later ones, a stream over it, and a row to feed.</summary>
internal sealed class StreamedToy : IDisposable
{
    private readonly TrainerCase _trainer;

    public StreamedToy(TrainerCase trainer, ToyInput input, Action<TrainerOptions> change)
    {
        (_trainer, Input) = (trainer, input);
        Data = input.Load(Context, input.Rows(18, 1));
        Model = trainer.Pipeline(Context, trainer.Tiny(options =>
        {
            trainer.MakeCausal(options);
            change(options);
        }), input).Fit(Data);
        Row = input.Rows(1, 2)[0];
        Stream = NewStream();
    }

    public MLContext Context { get; } = new(1);

    public ToyInput Input { get; }

    public IDataView Data { get; }

    public ITransformer Model { get; }

    public ToyRow Row { get; }

    public StepStream Stream { get; }

    public StepStream NewStream() => _trainer.Task.Stream(Context, Model, Input.StepDefinition());

    /// <summary>The numbers of a whole row, of whatever length.</summary>
    public float[] Score(ToyRow row)
    {
        var definition = Input.Definition();
        if (!Input.IsTokens)
        {
            definition["Features"].ColumnType = Input.Channels == 1
                ? new VectorDataViewType(NumberDataViewType.Single)
                : new VectorDataViewType(NumberDataViewType.Single, 0, Input.Channels);
        }
        return _trainer.Task.Scores(Model.Transform(Context.Data.LoadFromEnumerable([row], definition)))[0];
    }

    public void Dispose()
    {
        Stream.Dispose();
        (Model as IDisposable)?.Dispose();
    }
}
