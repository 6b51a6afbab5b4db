"""How work is handed to a queue, and who takes it from there, by library."""

from __future__ import annotations

from readycheck.scan.late import compile_late

TASK_DECORATORS = compile_late(r"(?:^|\.)(?:task|shared_task|periodic_task|actor|job|broker\.task|db_task)$")
TASK_METHODS = frozenset({
    "delay", "apply_async", "s", "si", "send", "send_with_options", "defer", "defer_async", "kiq", "kicker", "enqueue",
    "schedule", "configure",
})  # fmt: skip
ENQUEUES = compile_late(
    r"^(?:celery\.Celery\(\)\.send_task|rq\.Queue\(\)\.(?:enqueue\w*)|arq(?:\.connections)?\.create_pool\(\)\.enqueue_job|"
    r"arq(?:\.connections)?\.ArqRedis\(\)\.enqueue_job|procrastinate\.(?:App|Blueprint)\(\)\.configure_task\(\)\.defer(?:_async)?|"
    r"bullmq\.Queue\(\)\.(?:add|addBulk)|bullmq\.FlowProducer\(\)\.add|bull(?:\.default)?\(\)\.add|pg-boss(?:\.default)?\(\)\.(?:send|publish|insert)|"
    r"agenda(?:\.default|\.Agenda)?\(\)\.(?:now|schedule)|bee-queue(?:\.default)?\(\)\.createJob|graphile-worker\.quickAddJob|"
    r"amqplib\b.*\.(?:sendToQueue|publish)|kafkajs\.Kafka\(\)\.producer\(\)\.send|pika\b.*\.basic_publish|"
    r"@aws-sdk/client-sqs\.SendMessageCommand|@google-cloud/tasks\.CloudTasksClient\(\)\.createTask|inngest\.Inngest\(\)\.send|"
    r"boto3\.client\(\)\.send_message|aioboto3\b.*\.send_message|@trigger\.dev/sdk\b.*\.trigger)"
)
ENQUEUE_METHODS = frozenset({"enqueue_job", "sendToQueue"})
WORKERS = compile_late(
    r"^(?:bullmq\.Worker|bull(?:\.default)?\(\)\.process|pg-boss(?:\.default)?\(\)\.(?:work|subscribe)|agenda(?:\.default|\.Agenda)?\(\)\.start|"
    r"bee-queue(?:\.default)?\(\)\.process|graphile-worker\.run|rq\.(?:Worker|SimpleWorker)\(\)\.work|celery\.Celery\(\)\.worker_main|"
    r"celery\.Celery\(\)\.start|procrastinate\.App\(\)\.run_worker(?:_async)?|arq(?:\.worker)?\.run_worker|arq\.Worker|"
    r"amqplib\b.*\.consume|kafkajs\.Kafka\(\)\.consumer\(\)\.run|pika\b.*\.(?:basic_consume|start_consuming)|dramatiq\.Worker|"
    r"@aws-sdk/client-sqs\.ReceiveMessageCommand|sqs-consumer\.Consumer\.create|boto3\.client\(\)\.receive_message)$"
)
WORKER_PROGRAMS = compile_late(
    r"(?:^|\s)(?:\S*/)?(?:celery\b.*\bworker|rq\s+worker|rqworker|arq\s+\S|dramatiq\s+\S|procrastinate\b.*\bworker|taskiq\s+worker|"
    r"huey_consumer\S*\s|manage\.py\s+(?:rqworker|procrastinate\s+worker|run_huey|db_worker|qcluster))"
)
WORKER_WORD = compile_late(r"\b(?:worker|workers|consumer|consume|jobs|queue)\b")
