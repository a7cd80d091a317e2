namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>A tiny fitted model that scores toy rows.</summary>
internal sealed class FittedToy : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly TrainerCase _trainer;
    private readonly ToyInput _input;

    public FittedToy(TrainerCase trainer, ToyInput? input = null, Action<TrainerOptions>? change = null)
    {
        (_trainer, _input) = (trainer, input ?? trainer.Input);
        Model = trainer.Fit(_ml, trainer.Load(_ml, 18, input: _input), change);
    }

    public NetworkTransformer Model { get; }

    public IDataView Load(IReadOnlyList<ToyRow> rows) => _trainer.Load(_ml, rows, _input);

    public IDataView Transform(IReadOnlyList<ToyRow> rows) => Model.Transform(Load(rows));

    public float[][] Score(IReadOnlyList<ToyRow> rows) => _trainer.Task.Scores(Transform(rows));

    public void Dispose() => Model.Dispose();
}
