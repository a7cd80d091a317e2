namespace Microsoft.ML.Extensions.Training;

/// <summary>How a run creates a technique; each <see cref="TrainingTechnique"/> implements it.</summary>
internal interface ITechnique
{
    /// <summary>The technique of a run; null where options, task or network do not use it.</summary>
    /// <exception cref="InvalidOperationException">
    /// The options request it, and the task, the network or another option excludes it; the message says which.
    /// </exception>
    static abstract TrainingTechnique? For(TechniqueContext context);

    /// <summary>The number of copies of all weights that it holds, for the memory check before training.</summary>
    static virtual int Copies(TrainingOptions options, bool validates) => 0;

    /// <summary>The bytes that it keeps beside such copies, for the same check.</summary>
    static virtual long Bytes(TrainingOptions options) => 0;

    /// <summary>
    /// The number of epochs after which the network has its final form: weights of earlier epochs are not kept as the best, and training
    /// does not stop before.
    /// </summary>
    static virtual int SettledAt(TechniqueContext context) => 0;
}
